package dev.parity.cpu.internal.model;

import java.util.Arrays;

/// Rows of dot products by the oracle, one after the other: right for every rule and every operand, and slow.
final class OracleKernel extends DotKernel {
    private final BlockDot unit;
    private final OperandCast cast;
    private final int[] a;
    private final int[] b;
    private float[] x = {};
    private int first;
    private int end;

    OracleKernel(KOrder order, BlockDot unit, OperandCast cast) {
        super(order);
        this.unit = unit;
        this.cast = cast;
        a = new int[order.terms()];
        b = new int[order.terms()];
    }

    @Override
    void right(float[] given, int length) {
        x = given;
    }

    @Override
    void left(float[] w, int from, int firstStep, int endStep) {
        first = firstStep;
        end = endStep;
        for (int k = 0; k < a.length; k++) {
            a[k] = cast.bits(w[from + order.left()[k]]);
        }
    }

    @Override
    void multiply(float[] y, int yAt, int columns, int base) {
        for (int j = 0; j < columns; j++) {
            for (int k = 0; k < b.length; k++) {
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
