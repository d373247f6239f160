package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorRows;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Shape;
import java.util.Arrays;

/// Convolutions in FP32 on copies: with the images innermost, so that a row of pixels of all images is
/// contiguous, or for weight gradients with the channels innermost, so that a row of a patch is.
final class FloatConv {
    /// Output rows whose products form one block of a weight gradient under [Summation#BLOCKED].
    private static final int ROWS_A_BLOCK = 4;

    private FloatConv() {}

    /// Makes y = x * w + bias.
    static Runnable forward(Node node, float[] x, float[] w, float[] bias, float[] y, Summation summation) {
        Correlation correlation =
                new Correlation(node.input(0).shape(), node.input(1).shape(), summation);
        return () -> {
            correlation.setImages(x, node.input(0).shape(), 0);
            correlation.setWeights(w, false);
            correlation.run(bias);
            correlation.copyResult(y);
        };
    }

    /// Makes dx: the gradient, with a border of zeros, correlated with the kernels turned round.
    static Runnable inputGrad(Node node, float[] dy, float[] w, float[] dx, Summation summation) {
        Shape g = node.input(0).shape();
        Shape weights = node.input(1).shape();
        int border = weights.extent(2) - 1;
        Shape padded = Shape.of(g.extent(0), g.extent(1), g.extent(2) + 2 * border, g.extent(3) + 2 * border);
        Shape turned = Shape.of(weights.extent(1), weights.extent(0), weights.extent(2), weights.extent(3));
        Correlation correlation = new Correlation(padded, turned, summation);
        float[] noBias = new float[turned.extent(0)];
        return () -> {
            correlation.setImages(dy, g, border);
            correlation.setWeights(w, true);
            correlation.run(noBias);
            correlation.copyResult(dx);
        };
    }

    /// Makes dw: sums over images, rows and columns of gradient times patch.
    static Runnable weightGrad(Node node, float[] x, float[] dy, float[] dw, Summation summation) {
        Shape in = node.input(0).shape();
        Shape g = node.input(1).shape();
        int channels = in.extent(1);
        int outputs = g.extent(1);
        int k = node.output().shape().extent(2);
        int rowLength = in.extent(3) * channels;
        int imageLength = in.extent(2) * rowLength;
        int run = k * channels;
        int runStride = run + VectorRows.SLACK;
        float[] packed = new float[in.size() + VectorRows.SLACK];
        float[] sums = new float[outputs * k * runStride];
        int[] runs = new int[k];
        for (int ky = 0; ky < k; ky++) {
            runs[ky] = ky * rowLength;
        }
        int rowsABlock = summation == Summation.BLOCKED ? ROWS_A_BLOCK : g.extent(2);
        int plane = g.extent(2) * g.extent(3);
        return () -> {
            channelsInnermost(x, in, packed);
            Arrays.fill(sums, 0);
            for (int n = 0; n < in.extent(0); n++) {
                for (int first = 0; first < g.extent(2); first += rowsABlock) {
                    VectorRows.Positions positions = new VectorRows.Positions(
                            Math.min(rowsABlock, g.extent(2) - first),
                            g.extent(3),
                            n * imageLength + first * rowLength,
                            rowLength,
                            channels,
                            n * outputs * plane + first * g.extent(3),
                            g.extent(3),
                            plane);
                    VectorRows.addOuter(sums, k * runStride, outputs, dy, packed, runs, run, runStride, positions);
                }
            }
            for (int o = 0; o < outputs; o++) {
                for (int c = 0; c < channels; c++) {
                    for (int ky = 0; ky < k; ky++) {
                        for (int kx = 0; kx < k; kx++) {
                            dw[((o * channels + c) * k + ky) * k + kx] =
                                    sums[(o * k + ky) * runStride + kx * channels + c];
                        }
                    }
                }
            }
        };
    }

    /// Copies [N,C,H,W] to [N,H,W,C].
    private static void channelsInnermost(float[] from, Shape shape, float[] to) {
        int channels = shape.extent(1);
        int pixels = shape.extent(2) * shape.extent(3);
        for (int n = 0; n < shape.extent(0); n++) {
            for (int c = 0; c < channels; c++) {
                int source = (n * channels + c) * pixels;
                int target = n * pixels * channels + c;
                for (int p = 0; p < pixels; p++) {
                    to[target + p * channels] = from[source + p];
                }
            }
        }
    }

    /// One correlation with the images innermost.
    private static final class Correlation {
        private final float[] x;
        private final float[] y;
        private final int images;
        private final int channels;
        private final int height;
        private final int width;
        private final int outputs;
        private final int k;
        private final int rows;
        /// Elements of a row of results of all images, and the distance of two such rows.
        private final int row;
        private final int rowStride;
        /// [O][K] in the mode's order of K.
        private final float[] weights;
        /// Position in w of each term of K, for output channel 0.
        private final int[] order;
        private final VectorRows.Terms terms;

        Correlation(Shape input, Shape kernels, Summation summation) {
            images = input.extent(0);
            channels = input.extent(1);
            height = input.extent(2);
            width = input.extent(3);
            outputs = kernels.extent(0);
            k = kernels.extent(2);
            rows = height - k + 1;
            row = (width - k + 1) * images;
            rowStride = row + VectorRows.SLACK;
            boolean blocked = summation == Summation.BLOCKED;
            int count = channels * k * k;
            x = new float[input.size() + VectorRows.SLACK];
            y = new float[outputs * rows * rowStride];
            weights = new float[outputs * count];
            order = new int[count];
            int[] offsets = new int[count];
            for (int t = 0; t < count; t++) {
                int c = blocked ? t / (k * k) : t % channels;
                int ky = blocked ? t / k % k : t / channels / k;
                int kx = blocked ? t % k : t / channels % k;
                order[t] = (c * k + ky) * k + kx;
                offsets[t] = ((c * height + ky) * width + kx) * images;
            }
            terms = new VectorRows.Terms(offsets, blocked ? k : count);
        }

        /// Takes images [N,C,H,W], each plane inside a border that stays 0.
        void setImages(float[] from, Shape shape, int border) {
            int innerWidth = shape.extent(3);
            int innerHeight = shape.extent(2);
            for (int n = 0; n < images; n++) {
                for (int c = 0; c < channels; c++) {
                    for (int i = 0; i < innerHeight; i++) {
                        int source = ((n * channels + c) * innerHeight + i) * innerWidth;
                        int target = ((c * height + i + border) * width + border) * images + n;
                        for (int j = 0; j < innerWidth; j++) {
                            x[target + j * images] = from[source + j];
                        }
                    }
                }
            }
        }

        /// Takes the weights [O,C,K,K], or, for a gradient, weights [C,O,K,K] turned by half a circle.
        void setWeights(float[] w, boolean turned) {
            for (int o = 0; o < outputs; o++) {
                for (int t = 0; t < order.length; t++) {
                    int c = order[t] / (k * k);
                    int position = order[t] % (k * k);
                    weights[o * order.length + t] = turned
                            ? w[(c * outputs + o) * k * k + k * k - 1 - position]
                            : w[o * order.length + order[t]];
                }
            }
        }

        void run(float[] bias) {
            for (int i = 0; i < rows; i++) {
                int base = i * width * images;
                VectorRows.multiply(y, i * rowStride, rows * rowStride, outputs, weights, 0, x, base, terms, row);
            }
            for (int o = 0; o < outputs; o++) {
                for (int j = o * rows * rowStride; j < (o + 1) * rows * rowStride; j++) {
                    y[j] += bias[o];
                }
            }
        }

        /// Gives the result as [N,O,H,W].
        void copyResult(float[] to) {
            int columns = row / images;
            for (int n = 0; n < images; n++) {
                for (int line = 0; line < outputs * rows; line++) {
                    int source = line * rowStride + n;
                    int target = (n * outputs * rows + line) * columns;
                    for (int j = 0; j < columns; j++) {
                        to[target + j] = y[source + j * images];
                    }
                }
            }
        }
    }
}
