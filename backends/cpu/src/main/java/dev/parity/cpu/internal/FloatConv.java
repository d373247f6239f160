package dev.parity.cpu.internal;

import dev.parity.spi.Node;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Shape;
import java.util.Arrays;

/// Convolutions in FP32 on copies with the images innermost, so that a row of pixels of all images is contiguous.
final class FloatConv {
    /// Output rows whose products form one block of a weight gradient under [Summation#BLOCKED].
    private static final int ROWS_A_BLOCK = 4;

    private FloatConv() {}

    /// Makes y = x * w + bias.
    static Runnable forward(Node node, float[] x, float[] w, float[] bias, float[] y, Summation summation) {
        Correlation correlation = new Correlation(node.input(0).shape(), node.input(1).shape(), summation);
        return () -> {
            Layout.pack(x, node.input(0).shape(), correlation.x, 0);
            correlation.setWeights(w, false);
            correlation.run(bias);
            Layout.unpack(correlation.y, node.output().shape(), y);
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
            Layout.pack(dy, g, correlation.x, border);
            correlation.setWeights(w, true);
            correlation.run(noBias);
            Layout.unpack(correlation.y, node.output().shape(), dx);
        };
    }

    /// Makes dw: for each weight, the products of two rows summed over rows and then folded over pixels and images.
    static Runnable weightGrad(Node node, float[] x, float[] dy, float[] dw, Summation summation) {
        Shape in = node.input(0).shape();
        Shape g = node.input(1).shape();
        int k = node.output().shape().extent(2);
        int images = in.extent(0);
        float[] packedX = new float[in.size()];
        float[] packedG = new float[g.size()];
        int row = g.extent(3) * images;
        float[] sums = new float[row];
        float[] block = new float[row];
        int rowsABlock = summation == Summation.BLOCKED ? ROWS_A_BLOCK : g.extent(2);
        return () -> {
            Layout.pack(x, in, packedX, 0);
            Layout.pack(dy, g, packedG, 0);
            int at = 0;
            for (int o = 0; o < g.extent(1); o++) {
                for (int c = 0; c < in.extent(1); c++) {
                    for (int ky = 0; ky < k; ky++) {
                        for (int kx = 0; kx < k; kx++) {
                            Arrays.fill(sums, 0);
                            for (int first = 0; first < g.extent(2); first += rowsABlock) {
                                Arrays.fill(block, 0);
                                for (int i = first; i < Math.min(first + rowsABlock, g.extent(2)); i++) {
                                    int atG = (o * g.extent(2) + i) * row;
                                    int atX = ((c * in.extent(2) + i + ky) * in.extent(3) + kx) * images;
                                    Rows.accumulateProduct(block, row, packedG, atG, packedX, atX);
                                }
                                Rows.add(sums, 0, block, row);
                            }
                            dw[at++] = Rows.fold(sums, row);
                        }
                    }
                }
            }
        };
    }

    /// Copies between [N,C,H,W] and [C,H,W,N].
    private static final class Layout {
        static void pack(float[] from, Shape shape, float[] to, int border) {
            int images = shape.extent(0);
            int width = shape.extent(3);
            int planeRows = shape.extent(2);
            for (int n = 0; n < images; n++) {
                for (int c = 0; c < shape.extent(1); c++) {
                    for (int i = 0; i < planeRows; i++) {
                        int source = ((n * shape.extent(1) + c) * planeRows + i) * width;
                        int row = (c * (planeRows + 2 * border) + i + border) * (width + 2 * border) + border;
                        int target = row * images + n;
                        for (int j = 0; j < width; j++) {
                            to[target + j * images] = from[source + j];
                        }
                    }
                }
            }
        }

        static void unpack(float[] from, Shape shape, float[] to) {
            int images = shape.extent(0);
            int pixels = shape.extent(1) * shape.extent(2) * shape.extent(3);
            for (int n = 0; n < images; n++) {
                for (int p = 0; p < pixels; p++) {
                    to[n * pixels + p] = from[p * images + n];
                }
            }
        }
    }

    /// One correlation with the images innermost.
    private static final class Correlation {
        final float[] x;
        final float[] y;
        private final int images;
        private final int channels;
        private final int height;
        private final int width;
        private final int outputs;
        private final int k;
        private final boolean blocked;
        /// [O][K] in the mode's order of K.
        private final float[] weights;
        /// Offset in x of each term of K, from the term of the output's first pixel.
        private final int[] offsets;
        /// Position in w of each term of K, for output channel 0.
        private final int[] order;
        private final int[] shifted;
        private final float[] block;

        Correlation(Shape input, Shape kernels, Summation summation) {
            images = input.extent(0);
            channels = input.extent(1);
            height = input.extent(2);
            width = input.extent(3);
            outputs = kernels.extent(0);
            k = kernels.extent(2);
            blocked = summation == Summation.BLOCKED;
            int terms = channels * k * k;
            x = new float[input.size()];
            y = new float[images * outputs * (height - k + 1) * (width - k + 1)];
            weights = new float[outputs * terms];
            offsets = new int[terms];
            order = new int[terms];
            shifted = new int[terms];
            block = new float[(width - k + 1) * images];
            for (int t = 0; t < terms; t++) {
                int c = blocked ? t / (k * k) : t % channels;
                int ky = blocked ? t / k % k : t / channels / k;
                int kx = blocked ? t % k : t / channels % k;
                order[t] = (c * k + ky) * k + kx;
                offsets[t] = ((c * height + ky) * width + kx) * images;
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
            int rows = height - k + 1;
            int row = (width - k + 1) * images;
            for (int i = 0; i < rows; i++) {
                for (int t = 0; t < offsets.length; t++) {
                    shifted[t] = offsets[t] + i * width * images;
                }
                for (int o = 0; o < outputs; o++) {
                    int at = (o * rows + i) * row;
                    Arrays.fill(y, at, at + row, 0);
                    if (blocked) {
                        blockedRow(at, row, o);
                    } else {
                        Rows.accumulate(y, at, row, weights, o * order.length, x, shifted, order.length);
                    }
                    for (int j = at; j < at + row; j++) {
                        y[j] += bias[o];
                    }
                }
            }
        }

        private void blockedRow(int at, int row, int o) {
            int[] part = new int[k];
            for (int t = 0; t < order.length; t += k) {
                System.arraycopy(shifted, t, part, 0, k);
                Arrays.fill(block, 0);
                Rows.accumulate(block, 0, row, weights, o * order.length + t, x, part, k);
                Rows.add(y, at, block, row);
            }
        }
    }
}
