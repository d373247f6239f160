package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.Node;
import dev.parity.spi.Shape;
import java.util.Arrays;
import java.util.List;

/// Sums over axes, and statistics of gradients.
final class ReductionLoops extends FloatNode {
    ReductionLoops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        super(node, in, out);
    }

    Runnable reduceSum(List<Integer> axes) {
        if (axes.equals(List.of(0, 2, 3))) {
            return this::sumOfColumns;
        }
        if (axes.size() == 1) {
            return () -> sumOfRows(axes.getFirst());
        }
        int[] target = Strides.reduced(shape(0), axes);
        return () -> {
            float[] a = x(0);
            float[] y = y();
            Arrays.fill(y, 0);
            for (int i = 0; i < a.length; i++) {
                y[target[i]] += a[i];
            }
        };
    }

    /// Sums each column of each image, then the columns, images innermost.
    private void sumOfColumns() {
        Shape images = shape(0);
        float[] a = x(0);
        float[] y = y();
        for (int c = 0; c < y.length; c++) {
            float sum = 0;
            for (int column = 0; column < images.extent(3); column++) {
                for (int n = 0; n < images.extent(0); n++) {
                    float part = 0;
                    for (int row = 0; row < images.extent(2); row++) {
                        part += a[((n * images.extent(1) + c) * images.extent(2) + row) * images.extent(3) + column];
                    }
                    sum += part;
                }
            }
            y[c] = sum;
        }
    }

    private void sumOfRows(int axis) {
        float[] a = x(0);
        float[] y = y();
        int rows = extent(0, axis);
        int length = 1;
        for (int later = axis + 1; later < shape(0).rank(); later++) {
            length *= extent(0, later);
        }
        Arrays.fill(y, 0);
        for (int at = 0; at < y.length; at += length) {
            for (int row = 0; row < rows; row++) {
                int from = (at * rows) + row * length;
                for (int j = 0; j < length; j++) {
                    y[at + j] += a[from + j];
                }
            }
        }
    }

    void nonFinite() {
        boolean found = false;
        for (FloatTensor tensor : in) {
            found |= VectorElements.anyNonFinite(tensor.floats, 0, tensor.floats.length);
        }
        out.getFirst().ints[0] = found ? 1 : 0;
    }

    /// Squares are summed in [VectorElements#SUMS] strided sums; the binary32 root is exact to half an
    /// ulp.
    Runnable norm() {
        float[] sums = new float[VectorElements.SUMS];
        return () -> {
            for (int t = 0; t < in.size(); t++) {
                Arrays.fill(sums, 0);
                VectorElements.sumOfSquares(sums, x(t));
                y()[t] = (float) Math.sqrt(fold(sums, sums.length));
            }
        };
    }

    /// Sums a row by folding its upper half onto the lower one until one element is left; destroys the
    /// row.
    private static float fold(float[] x, int length) {
        int n = length;
        while (n > 1) {
            int half = (n + 1) / 2;
            for (int j = 0; j < n - half; j++) {
                x[j] += x[half + j];
            }
            n = half;
        }
        return x[0];
    }
}
