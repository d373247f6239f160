package dev.parity.cpu.internal.model;

import dev.parity.spi.OperandFormat;

/// A kernel that is fast where products can neither overflow nor underflow, and leaves the rest to the oracle.
///
/// What is not finite it computes apart: where the sum of the products is not finite in FP32, so is the unit's.
abstract class FastKernel extends DotKernel {
    private final OracleKernel oracle;
    private final Counts counts;
    final Magnitudes left;
    final Magnitudes right;

    FastKernel(KOrder order, OperandFormat format, OracleKernel oracle, Counts counts) {
        super(order);
        left = new Magnitudes(format);
        right = new Magnitudes(format);
        this.oracle = oracle;
        this.counts = counts;
    }

    @Override
    final void right(float[] given, int length) {
        super.right(given, length);
        oracle.right(given, length);
        right.read(given, 0, length);
        if (right.isInRange()) {
            prepare(length);
        }
    }

    @Override
    final void left(float[] w, int from, int firstStep, int endStep) {
        super.left(w, from, firstStep, endStep);
        left.read(row, firstTerm(), endTerm());
        if (!right.isInRange() || !left.isInRange()) {
            oracle.left(w, from, firstStep, endStep);
        } else {
            prepareRow();
        }
    }

    @Override
    final void multiply(float[] y, int yAt, int columns, int base) {
        if (!right.isInRange() || !left.isInRange()) {
            counts.oracle(columns);
            oracle.multiply(y, yAt, columns, base);
            return;
        }
        fast(y, yAt, columns, base);
        if (!right.isFinite() || !left.isFinite()) {
            for (int j = 0; j < columns; j++) {
                float sum = 0;
                for (int k = firstTerm(); k < endTerm(); k++) {
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
