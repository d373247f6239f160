package dev.parity.engine;

import dev.parity.spi.Bindings;
import dev.parity.spi.ElementType;
import dev.parity.trace.SeedStream;
import java.util.HashMap;
import java.util.Map;

/// Fills the inputs of a step on the host: images, labels and random numbers. One for each rank's thread.
final class Batches {
    private final SeedStream seeds;
    private final double[] table = new double[256];
    private final Map<Integer, double[]> buffers = new HashMap<>();
    private final double[] images;

    /// Makes the host buffers of a rank.
    ///
    /// @param config all settings
    Batches(TrainingConfig config) {
        seeds = new SeedStream(config.train().seed());
        images = new double
                [Math.max(config.train().microBatch(), config.evaluation().batch()) * DataSet.IMAGE];
        ElementType dtype = config.precision().dtype();
        for (int value = 0; value < table.length; value++) {
            // torchvision: ToTensor divides by 255, Normalize takes 0.5 off and divides by 0.5, all in FP32
            table[value] = dtype.round((value / 255.0f - 0.5f) / 0.5f);
        }
    }

    void image(DataSet set, int item, int position) {
        set.copyImage(item, table, images, position * DataSet.IMAGE);
    }

    void writeImages(Bindings bindings, int size) {
        double[] buffer = buffer(size * DataSet.IMAGE);
        System.arraycopy(images, 0, buffer, 0, buffer.length);
        Model.known(bindings.inputs(), "images").write(buffer);
    }

    /// Draws the random inputs of a step.
    void noise(Model.Step step, Bindings bindings, String stream, int rank, long index) {
        for (Model.NoiseInput input : step.noise()) {
            double[] values = buffer(input.type().shape().size());
            SeedStream.Draw draw = seeds.draw("%s/%s/rank%d".formatted(stream, input.input(), rank), index);
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (input.kind()) {
                    case GUMBEL -> draw.gumbel();
                    case UNIFORM -> draw.uniform();
                    case JITTER -> (float) (0.99 + 0.02 * draw.uniform());
                    case ZERO -> 0;
                };
            }
            Model.known(bindings.inputs(), input.input()).write(values);
        }
    }

    private double[] buffer(int size) {
        return buffers.computeIfAbsent(size, double[]::new);
    }
}
