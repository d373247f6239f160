package dev.parity.cpu.internal.model;

import java.util.Arrays;

/// Rows of dot products as a GPU's FP32 cores compute them: a chain of fused multiply-adds in ascending order of K.
final class FmaKernel extends DotKernel {
    private final float[] row;
    private float[] x = {};
    private int first;
    private int end;

    FmaKernel(KOrder order) {
        super(order);
        row = new float[order.terms()];
    }

    @Override
    void right(float[] given, int length) {
        x = given;
    }

    @Override
    void left(float[] w, int from, int firstStep, int endStep) {
        first = begin(firstStep);
        end = order.ends()[endStep - 1];
        for (int k = first; k < end; k++) {
            row[k] = w[from + order.left()[k]];
        }
    }

    @Override
    void multiply(float[] y, int yAt, int columns, int base) {
        Arrays.fill(y, yAt, yAt + columns, 0);
        for (int k = first; k < end; k++) {
            float scalar = row[k];
            int at = order.right()[k] + base;
            for (int j = 0; j < columns; j++) {
                y[yAt + j] = Math.fma(scalar, x[at + j], y[yAt + j]);
            }
        }
    }
}
