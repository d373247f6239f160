package dev.parity.cpu.internal.model;

import java.util.Arrays;

/// Rows of dot products as a GPU's FP32 cores compute them: a chain of fused multiply-adds in ascending order of K.
final class FmaKernel extends DotKernel {
    FmaKernel(KOrder order) {
        super(order);
    }

    @Override
    void multiply(float[] y, int yAt, int columns, int base) {
        Arrays.fill(y, yAt, yAt + columns, 0);
        int to = endTerm();
        for (int k = firstTerm(); k < to; k++) {
            float scalar = row[k];
            int at = order.right()[k] + base;
            for (int j = 0; j < columns; j++) {
                y[yAt + j] = Math.fma(scalar, x[at + j], y[yAt + j]);
            }
        }
    }
}
