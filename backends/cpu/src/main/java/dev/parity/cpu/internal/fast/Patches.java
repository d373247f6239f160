package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorConvolution;

/// A copy of a convolution's images with channels innermost.
final class Patches {
    private final int[] place;
    final float[] x;

    /// Makes room for the images.
    ///
    /// @param sizes of the convolution
    /// @param rowMajor how the images are laid out, or with images last
    Patches(FloatConvolution sizes, boolean rowMajor) {
        x = new float[sizes.images * sizes.imageLength() + VectorConvolution.RUN];
        place = new int[sizes.channels * sizes.height * sizes.width * sizes.images];
        for (int c = 0; c < sizes.channels; c++) {
            for (int i = 0; i < sizes.height; i++) {
                for (int j = 0; j < sizes.width; j++) {
                    for (int n = 0; n < sizes.images; n++) {
                        place[sizes.index(rowMajor, c, i, j, n)] = sizes.placeOf(n, i, j) + c;
                    }
                }
            }
        }
    }

    /// Takes images.
    void from(float[] given) {
        for (int i = 0; i < place.length; i++) {
            x[place[i]] = given[i];
        }
    }

    /// Gives images back from an array laid out alike; adding 0 turns a negative zero, which a skipped
    /// event may leave, into zero.
    void to(float[] result, float[] sums) {
        for (int i = 0; i < place.length; i++) {
            result[i] = sums[place[i]] + 0f;
        }
    }
}
