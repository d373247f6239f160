package dev.parity.cpu.internal.golden;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Elementwise Ops, layouts, matrix products, convolutions and pooling.
final class DenseLoops extends GoldenNode {
    DenseLoops(Node node, List<DoubleTensor> in, List<DoubleTensor> out) {
        super(node, in, out);
    }

    interface Unary {
        double of(double x);
    }

    interface Binary {
        double of(double a, double b);
    }

    Runnable map(Unary function) {
        return () -> Arrays.setAll(y(), i -> function.of(x(0)[i]));
    }

    Runnable elementwise(Binary function) {
        return () -> Arrays.setAll(y(), i -> function.of(x(0)[i], x(1)[i]));
    }

    /// Copies each element from where its coordinates, in the order of the axes, stand in the input.
    Runnable transpose(List<Integer> axes) {
        Shape result = node.output().shape();
        int[] source = new int[result.size()];
        for (int i = 0; i < source.length; i++) {
            int[] to = coordinates(result, i);
            int[] from = new int[to.length];
            for (int axis = 0; axis < to.length; axis++) {
                from[axes.get(axis)] = to[axis];
            }
            source[i] = index(shape(0), from);
        }
        return () -> Arrays.setAll(y(), i -> x(0)[source[i]]);
    }

    /// Adds each element to the one whose coordinates are those of the axes that stay.
    Runnable reduceSum(List<Integer> axes) {
        int[] target = new int[shape(0).size()];
        for (int i = 0; i < target.length; i++) {
            int[] from = coordinates(shape(0), i);
            int[] to = IntStream.range(0, from.length)
                    .filter(axis -> !axes.contains(axis))
                    .map(axis -> from[axis])
                    .toArray();
            target[i] = index(node.output().shape(), to);
        }
        return () -> {
            Arrays.fill(y(), 0);
            for (int i = 0; i < target.length; i++) {
                y()[target[i]] += x(0)[i];
            }
        };
    }

    /// The coordinates of the element at a row-major index.
    private static int[] coordinates(Shape shape, int index) {
        int[] at = new int[shape.rank()];
        int rest = index;
        for (int axis = at.length - 1; axis >= 0; axis--) {
            at[axis] = rest % shape.extent(axis);
            rest /= shape.extent(axis);
        }
        return at;
    }

    /// The row-major index of the element at some coordinates.
    private static int index(Shape shape, int[] at) {
        int index = 0;
        for (int axis = 0; axis < at.length; axis++) {
            index = index * shape.extent(axis) + at[axis];
        }
        return index;
    }

    void matMul(Op.MatMul op) {
        Shape result = node.output().shape();
        int batch = result.rank() == 3 ? result.extent(0) : 1;
        int m = result.extent(-2);
        int n = result.extent(-1);
        int k = extent(0, op.transposeA() ? -2 : -1);
        int stepA = op.transposeA() ? m : 1;
        int stepB = op.transposeB() ? 1 : n;
        double[] a = x(0);
        double[] b = x(1);
        for (int e = 0; e < batch; e++) {
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = in.size() == 3 ? x(2)[e * n + j] : 0;
                    int fromA = e * m * k + (op.transposeA() ? i : i * k);
                    int fromB = e * k * n + (op.transposeB() ? j * k : j);
                    for (int l = 0; l < k; l++) {
                        sum += a[fromA + l * stepA] * b[fromB + l * stepB];
                    }
                    y()[(e * m + i) * n + j] = sum;
                }
            }
        }
    }

    /// Calls a body for every row of a convolution's kernels, where it stands on x.
    private static void rows(Shape x, Shape w, Shape y, Row body) {
        for (int n = 0; n < x.extent(0); n++) {
            for (int o = 0; o < w.extent(0); o++) {
                for (int i = 0; i < y.extent(2); i++) {
                    for (int j = 0; j < y.extent(3); j++) {
                        int at = ((n * y.extent(1) + o) * y.extent(2) + i) * y.extent(3) + j;
                        for (int c = 0; c < x.extent(1); c++) {
                            for (int ky = 0; ky < w.extent(2); ky++) {
                                int from = ((n * x.extent(1) + c) * x.extent(2) + i + ky) * x.extent(3) + j;
                                int weight = ((o * w.extent(1) + c) * w.extent(2) + ky) * w.extent(3);
                                body.at(from, weight, at, w.extent(3));
                            }
                        }
                    }
                }
            }
        }
    }

    /// Products of a row: those of x and w are the next `width` elements, that of y is one.
    interface Row {
        void at(int x, int w, int y, int width);
    }

    void conv2d() {
        Shape result = node.output().shape();
        int pixels = result.extent(2) * result.extent(3);
        double[] input = x(0);
        double[] weight = x(1);
        double[] output = y();
        Arrays.setAll(output, i -> x(2)[i / pixels % result.extent(1)]);
        rows(shape(0), shape(1), result, (x, w, y, width) -> {
            for (int k = 0; k < width; k++) {
                output[y] += input[x + k] * weight[w + k];
            }
        });
    }

    void conv2dInputGrad() {
        double[] outputGrad = x(0);
        double[] weight = x(1);
        double[] inputGrad = y();
        Arrays.fill(inputGrad, 0);
        rows(node.output().shape(), shape(1), shape(0), (x, w, y, width) -> {
            for (int k = 0; k < width; k++) {
                inputGrad[x + k] += outputGrad[y] * weight[w + k];
            }
        });
    }

    void conv2dWeightGrad() {
        double[] input = x(0);
        double[] outputGrad = x(1);
        double[] weightGrad = y();
        Arrays.fill(weightGrad, 0);
        rows(shape(0), node.output().shape(), shape(1), (x, w, y, width) -> {
            for (int k = 0; k < width; k++) {
                weightGrad[w + k] += input[x + k] * outputGrad[y];
            }
        });
    }

    /// Returns the index of the element that wins a window.
    private int winner(double[] x, Shape pooled, int window, int index) {
        int width = pooled.extent(3);
        int row = index / width;
        int best = -1;
        for (int i = 0; i < window; i++) {
            for (int j = 0; j < window; j++) {
                int at = (row * window + i) * width * window + index % width * window + j;
                if (best < 0 || x[at] > x[best] || (Double.isNaN(x[at]) && !Double.isNaN(x[best]))) {
                    best = at;
                }
            }
        }
        return best;
    }

    void maxPool(int window) {
        Arrays.setAll(y(), i -> x(0)[winner(x(0), node.output().shape(), window, i)]);
    }

    void maxPoolGrad(int window) {
        Arrays.fill(y(), 0);
        for (int i = 0; i < x(0).length; i++) {
            y()[winner(x(1), shape(0), window, i)] += x(0)[i];
        }
    }
}
