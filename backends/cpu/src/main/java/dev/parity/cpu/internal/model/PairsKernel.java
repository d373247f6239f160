package dev.parity.cpu.internal.model;

import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.Rounding;

/// Rows of dot products whose steps are trees of neighbouring sums in FP32, added to the accumulator when they are
/// done.
final class PairsKernel extends DotKernel {
    private final float[][] level;

    /// @param products of a step
    /// @param columns at most, of one call
    PairsKernel(KOrder order, int products, int columns) {
        super(order);
        level = new float[products][columns];
    }

    /// Tells whether a rule that flushes nothing and accumulates in FP32 is one that this kernel computes.
    static boolean takes(MatrixRule rule) {
        return rule.blockSum() == BlockSum.PAIRWISE && rule.join() == Join.SEPARATE && rule.rounding() == Rounding.RNE;
    }

    @Override
    void multiply(float[] y, int yAt, int columns, int base) {
        for (int step = first; step < end; step++) {
            int from = begin(step);
            int length = order.ends()[step] - from;
            for (int k = 0; k < length; k++) {
                product(level[k], row[from + k], order.right()[from + k] + base, columns);
            }
            for (; length > 1; length = (length + 1) / 2) {
                for (int i = 0; i + 1 < length; i += 2) {
                    add(level[i], level[i + 1], columns);
                    swap(i / 2, i);
                }
                if (length % 2 == 1) {
                    swap(length / 2, length - 1);
                }
            }
            float[] sum = level[0];
            for (int j = 0; j < columns; j++) {
                y[yAt + j] = step == first ? sum[j] + 0f : y[yAt + j] + sum[j];
            }
        }
    }

    private void swap(int i, int j) {
        float[] kept = level[i];
        level[i] = level[j];
        level[j] = kept;
    }

    private void product(float[] to, float scalar, int at, int columns) {
        for (int j = 0; j < columns; j++) {
            to[j] = scalar * x[at + j];
        }
    }

    private static void add(float[] to, float[] from, int columns) {
        for (int j = 0; j < columns; j++) {
            to[j] += from[j];
        }
    }
}
