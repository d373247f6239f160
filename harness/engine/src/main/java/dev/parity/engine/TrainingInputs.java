package dev.parity.engine;

import dev.parity.spi.Bindings;
import dev.parity.spi.Tensor;

/// Fills the inputs of a rank's training steps.
final class TrainingInputs {
    private final DataSet items;
    private final Sampler.Order order;
    private final Feed feed;
    private final int rank;
    private final Batches batches;
    private final double[] labels;
    private final double[] scale = new double[1];
    private final Tensor labelInput;
    private final Tensor scaleInput;

    /// Prepares the inputs.
    ///
    /// @param plan settings and rules
    /// @param bound tensors of the training step on this rank
    /// @param rank whose they are
    TrainingInputs(TrainingPlan plan, Bindings bound, int rank) {
        items = plan.data().train();
        order = plan.parts().sampler().over(items.size());
        feed = plan.parts().feed();
        this.rank = rank;
        batches = new Batches(plan, plan.step(), bound, "training", rank);
        labels = new double[plan.config().train().microBatch()];
        labelInput = Model.known(bound.inputs(), "labels");
        scaleInput = Model.known(bound.inputs(), "lossScale");
    }

    /// Writes images, labels, noise and loss scale of a step, counted from 0.
    void load(long step, double lossScale) {
        for (int i = 0; i < labels.length; i++) {
            int item = order.item(step, rank, i);
            labels[i] = feed.label(items.label(item));
            batches.image(items, item, i);
        }
        labelInput.write(labels);
        scale[0] = lossScale;
        scaleInput.write(scale);
        batches.noise(step);
    }
}
