package dev.parity.cpu.internal;

import dev.parity.spi.Node;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Op;
import dev.parity.spi.Shape;
import java.util.Arrays;
import java.util.List;

/// A matrix product in FP32: rows of the result grow by one row of B a term, in the order of the mode.
final class FloatMatMul implements Runnable {
    private static final int BLOCK = 16;

    private final Op.MatMul op;
    private final List<FloatTensor> in;
    private final float[] y;
    private final boolean blocked;
    private final int batch;
    private final int m;
    private final int n;
    private final int k;
    private final float[] a;
    private final float[] b;
    private final float[] block;
    private final int[] offsets;

    FloatMatMul(Node node, Op.MatMul op, List<FloatTensor> in, FloatTensor out, Summation summation) {
        this.op = op;
        this.in = in;
        this.y = out.floats;
        this.blocked = summation == Summation.BLOCKED;
        Shape result = node.output().shape();
        batch = result.rank() == 3 ? result.extent(0) : 1;
        m = result.extent(-2);
        n = result.extent(-1);
        k = node.input(0).shape().extent(op.transposeA() ? -2 : -1);
        a = op.transposeA() ? new float[m * k] : in.get(0).floats;
        b = op.transposeB() ? new float[k * n] : in.get(1).floats;
        block = new float[n];
        offsets = new int[k];
    }

    @Override
    public void run() {
        for (int e = 0; e < batch; e++) {
            int atA = op.transposeA() ? transpose(in.get(0).floats, e * m * k, k, m, a) : e * m * k;
            int atB = op.transposeB() ? transpose(in.get(1).floats, e * k * n, n, k, b) : e * k * n;
            for (int l = 0; l < k; l++) {
                offsets[l] = atB + l * n;
            }
            for (int i = 0; i < m; i++) {
                row((e * m + i) * n, atA + i * k);
                if (in.size() == 3) {
                    bias((e * m + i) * n, e * n);
                }
            }
        }
    }

    private void row(int at, int atA) {
        Arrays.fill(y, at, at + n, 0);
        if (!blocked) {
            Rows.accumulate(y, at, n, a, atA, b, offsets, k);
            return;
        }
        int[] part = new int[BLOCK];
        for (int l = 0; l < k; l += BLOCK) {
            int terms = Math.min(BLOCK, k - l);
            System.arraycopy(offsets, l, part, 0, terms);
            Arrays.fill(block, 0);
            Rows.accumulate(block, 0, n, a, atA + l, b, part, terms);
            Rows.add(y, at, block, n);
        }
    }

    private void bias(int at, int from) {
        float[] bias = in.get(2).floats;
        for (int j = 0; j < n; j++) {
            y[at + j] += bias[from + j];
        }
    }

    /// Copies a matrix of `rows` by `columns` so that its columns become rows; returns 0, where the copy begins.
    private static int transpose(float[] from, int at, int rows, int columns, float[] to) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[j * rows + i] = from[at + i * columns + j];
            }
        }
        return 0;
    }
}
