package dev.parity.engine;

import dev.parity.spi.Bindings;
import dev.parity.spi.Tensor;

/// Fills the inputs of a rank's training steps.
final class TrainingInputs {
    private final DataSet items;
    private final Sampler.Order order;
    private final int rank;
    private final Batches batches;
    private final double[] labels;
    private final double[] scale = new double[1];
    private final Tensor labelInput;
    private final Tensor scaleInput;

    /// Prepares the inputs.
    ///
    /// @param config all settings
    /// @param items what is learnt
    /// @param order in which
    /// @param step the training step
    /// @param bound its tensors on this rank
    /// @param rank whose they are
    TrainingInputs(
            TrainingConfig config, DataSet items, Sampler.Order order, Model.Step step, Bindings bound, int rank) {
        this.items = items;
        this.order = order;
        this.rank = rank;
        batches = new Batches(config, step, bound, "training", rank);
        labels = new double[config.train().microBatch()];
        labelInput = Model.known(bound.inputs(), "labels");
        scaleInput = Model.known(bound.inputs(), "lossScale");
    }

    /// Writes images, labels, noise and loss scale of a step, counted from 0.
    void load(long step, double lossScale) {
        for (int i = 0; i < labels.length; i++) {
            int item = order.item(step, rank, i);
            labels[i] = items.label(item);
            batches.image(items, item, i);
        }
        labelInput.write(labels);
        scale[0] = lossScale;
        scaleInput.write(scale);
        batches.noise(step);
    }
}
