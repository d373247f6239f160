package dev.parity.engine;

import dev.parity.spi.Bindings;
import dev.parity.spi.ElementType;
import dev.parity.spi.Tensor;
import dev.parity.trace.SeedStream;
import java.util.List;

/// Fills the inputs of a step on the host: images and random numbers. One for each rank's bindings.
final class Batches {
    private final float[] table = new float[256];
    private final float[] image = new float[DataSet.IMAGE];
    private final Feed feed;
    private final Tensor images;
    private final List<Noise> noise;

    /// Prepares the inputs of a step.
    ///
    /// @param plan settings and rules
    /// @param step the step
    /// @param bindings its tensors
    /// @param stream what the random numbers are for
    /// @param rank whose they are
    Batches(TrainingPlan plan, Model.Step step, Bindings bindings, String stream, int rank) {
        ElementType dtype = plan.config().precision().dtype();
        feed = plan.parts().feed();
        for (int value = 0; value < table.length; value++) {
            table[value] = (float) dtype.round(feed.pixel(value));
        }
        images = Model.known(bindings.inputs(), "images");
        SeedStream seeds = new SeedStream(plan.config().train().seed());
        noise = step.noise().stream()
                .map(input -> new Noise(
                        input.kind(),
                        seeds.stream("%s/%s/rank%d".formatted(stream, input.input(), rank)),
                        Model.known(bindings.inputs(), input.input()),
                        new double[input.type().shape().size()]))
                .toList();
    }

    /// A random input.
    @SuppressWarnings("ArrayRecordComponent") // a buffer of its own
    private record Noise(Model.NoiseInput.Kind kind, SeedStream.Stream stream, Tensor tensor, double[] values) {
        void draw(Feed feed, long index) {
            SeedStream.Draw draw = stream.draw(index);
            for (int i = 0; i < values.length; i++) {
                values[i] = feed.noise(kind, draw);
            }
            tensor.write(values);
        }
    }

    /// Takes an item of a set into the batch.
    void image(DataSet set, int item, int position) {
        set.decode(item, table, image);
        images.write(position * image.length, image, 0, image.length);
    }

    /// Draws the random inputs.
    void noise(long index) {
        noise.forEach(input -> input.draw(feed, index));
    }
}
