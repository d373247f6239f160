package dev.parity.cpu.internal.model;

import dev.parity.spi.OperandFormat;

/// A kernel that is fast where products can neither overflow nor underflow, and leaves the rest to the oracle.
///
/// What is not finite it computes apart: where the sum of the products is not finite in FP32, so is the unit's.
abstract class FastKernel extends DotKernel {
    /// Largest exponent, up or down, of operands of 8 exponent bits; those of FP16 all do.
    private static final int RANGE = 30;

    private final OperandFormat format;
    private final OracleKernel oracle;
    private final Counts counts;
    final float[] row;
    private boolean inRange;
    private boolean finite;
    private boolean rowInRange;
    private boolean rowFinite;
    float[] x = {};
    int first;
    int end;
    /// Exponent of the largest finite magnitude of each operand.
    int largestRight;

    int largestLeft;

    FastKernel(KOrder order, OperandFormat format, OracleKernel oracle, Counts counts) {
        super(order);
        this.format = format;
        this.oracle = oracle;
        this.counts = counts;
        row = new float[order.terms()];
    }

    @Override
    final void right(float[] given, int length) {
        x = given;
        oracle.right(given, length);
        inRange = true;
        finite = true;
        largestRight = Integer.MIN_VALUE;
        for (int i = 0; i < length; i++) {
            int exponent = Math.getExponent(given[i]);
            if (exponent > Float.MAX_EXPONENT) {
                finite = false;
            } else if (given[i] != 0) {
                inRange &= isInRange(exponent);
                largestRight = Math.max(largestRight, exponent);
            }
        }
        if (inRange) {
            prepare(length);
        }
    }

    private boolean isInRange(int exponent) {
        return format == OperandFormat.FP16 || Math.abs(exponent) <= RANGE;
    }

    @Override
    final void left(float[] w, int from, int firstStep, int endStep) {
        first = firstStep;
        end = endStep;
        rowInRange = true;
        rowFinite = true;
        largestLeft = Integer.MIN_VALUE;
        for (int k = begin(first); k < order.ends()[end - 1]; k++) {
            row[k] = w[from + order.left()[k]];
            int exponent = Math.getExponent(row[k]);
            if (exponent > Float.MAX_EXPONENT) {
                rowFinite = false;
            } else if (row[k] != 0) {
                rowInRange &= isInRange(exponent);
                largestLeft = Math.max(largestLeft, exponent);
            }
        }
        if (!inRange || !rowInRange) {
            oracle.left(w, from, firstStep, endStep);
        } else {
            prepareRow();
        }
    }

    @Override
    final void multiply(float[] y, int yAt, int columns, int base) {
        if (!inRange || !rowInRange) {
            counts.oracle(columns);
            oracle.multiply(y, yAt, columns, base);
            return;
        }
        fast(y, yAt, columns, base);
        if (!finite || !rowFinite) {
            for (int j = 0; j < columns; j++) {
                float sum = 0;
                for (int k = begin(first); k < order.ends()[end - 1]; k++) {
                    sum += row[k] * x[order.right()[k] + base + j];
                }
                y[yAt + j] = Float.isFinite(sum) ? y[yAt + j] : sum;
            }
        }
    }

    /// Reads the right operand.
    abstract void prepare(int length);

    /// Reads the row.
    abstract void prepareRow();

    /// Computes columns, right where all that they need is finite.
    abstract void fast(float[] y, int yAt, int columns, int base);
}
