package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorRows;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Op;
import dev.parity.spi.Shape;
import java.util.List;

/// A matrix product in FP32: each element is summed along K in the order of the mode.
final class FloatMatMul implements Runnable {
    private static final int BLOCK = 16;

    private final Op.MatMul op;
    private final List<FloatTensor> in;
    private final float[] y;
    private final int batch;
    private final int m;
    private final int n;
    private final int k;
    /// Rows of B and of the result are this far apart in the copies.
    private final int stride;
    private final float[] a;
    private final float[] b;
    private final float[] result;
    private final VectorRows.Terms terms;

    FloatMatMul(Node node, Op.MatMul op, List<FloatTensor> in, FloatTensor out, Summation summation) {
        this.op = op;
        this.in = in;
        this.y = out.floats;
        Shape shape = node.output().shape();
        batch = shape.rank() == 3 ? shape.extent(0) : 1;
        m = shape.extent(-2);
        n = shape.extent(-1);
        k = node.input(0).shape().extent(op.transposeA() ? -2 : -1);
        stride = n + VectorRows.SLACK;
        a = new float[m * k];
        b = new float[k * n + VectorRows.SLACK];
        result = new float[m * stride];
        int[] offsets = new int[k];
        for (int l = 0; l < k; l++) {
            offsets[l] = l * n;
        }
        terms = new VectorRows.Terms(offsets, summation == Summation.BLOCKED ? BLOCK : k);
    }

    @Override
    public void run() {
        for (int e = 0; e < batch; e++) {
            copy(in.get(0).floats, e * m * k, m, k, op.transposeA(), a);
            copy(in.get(1).floats, e * k * n, k, n, op.transposeB(), b);
            VectorRows.multiply(result, 0, stride, m, a, 0, b, 0, terms, n);
            for (int i = 0; i < m; i++) {
                int at = (e * m + i) * n;
                System.arraycopy(result, i * stride, y, at, n);
                if (in.size() == 3) {
                    bias(at, e * n);
                }
            }
        }
    }

    private void bias(int at, int from) {
        float[] bias = in.get(2).floats;
        for (int j = 0; j < n; j++) {
            y[at + j] += bias[from + j];
        }
    }

    /// Copies a matrix of `rows` by `columns`, which is stored transposed if it says so.
    private static void copy(float[] from, int at, int rows, int columns, boolean transposed, float[] to) {
        if (!transposed) {
            System.arraycopy(from, at, to, 0, rows * columns);
            return;
        }
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < rows; i++) {
                to[i * columns + j] = from[at + j * rows + i];
            }
        }
    }
}
