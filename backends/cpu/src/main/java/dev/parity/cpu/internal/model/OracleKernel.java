package dev.parity.cpu.internal.model;

import java.util.Arrays;

/// Rows of dot products by the oracle, one after the other: right for every rule and every operand, and slow.
final class OracleKernel extends DotKernel {
    private final BlockDot unit;
    private final OperandCast cast;
    private final int[] a;
    private final int[] b;

    OracleKernel(KOrder order, BlockDot unit, OperandCast cast) {
        super(order);
        this.unit = unit;
        this.cast = cast;
        a = new int[order.terms()];
        b = new int[order.terms()];
    }

    @Override
    void left(float[] w, int from, int firstStep, int endStep) {
        super.left(w, from, firstStep, endStep);
        for (int k = firstTerm(); k < endTerm(); k++) {
            a[k] = cast.bits(row[k]);
        }
    }

    @Override
    void multiply(float[] y, int yAt, int columns, int base) {
        for (int j = 0; j < columns; j++) {
            for (int k = firstTerm(); k < endTerm(); k++) {
                b[k] = cast.bits(x[order.right()[k] + base + j]);
            }
            int sum = 0;
            for (int step = first; step < end; step++) {
                int from = begin(step);
                int to = order.ends()[step];
                sum = unit.dot(Arrays.copyOfRange(a, from, to), Arrays.copyOfRange(b, from, to), sum);
            }
            y[yAt + j] = Float.intBitsToFloat(sum);
        }
    }
}
