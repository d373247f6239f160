package dev.parity.engine;

import dev.parity.trace.SeedStream;

/// What the net is fed, made of what the data and the random streams hold. Asked on each rank's thread.
public interface Feed {
    /// Gives an image of the training set its label.
    ///
    /// @param label that it has, 0 to classes-1
    /// @return the label to learn
    default int label(int label) {
        return label;
    }

    /// Makes a number of a byte of an image, as torchvision does: ToTensor divides by 255, Normalize takes 0.5 off
    /// and divides by 0.5, all in FP32.
    ///
    /// @param value 0 to 255
    /// @return what the net sees, before it is rounded to the net's type
    default float pixel(int value) {
        return (value / 255.0f - 0.5f) / 0.5f;
    }

    /// Draws one random number.
    ///
    /// @param kind what for
    /// @param draw where from
    /// @return exact in FP32
    default double noise(Model.NoiseInput.Kind kind, SeedStream.Draw draw) {
        return switch (kind) {
            case GUMBEL -> draw.gumbel();
            case UNIFORM -> draw.uniform();
            case JITTER -> (float) (0.99 + 0.02 * draw.uniform());
            case ZERO -> 0;
        };
    }

    /// The data as they are.
    record Plain() implements Feed {}
}
