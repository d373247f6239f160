package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.vector.VectorExact;
import dev.parity.cpu.internal.vector.VectorTruncated;

/// Computes rows of dot products, all of one right operand: y[j] = Σ w[left[k]] · x[right[k] + base + j].
///
/// A kernel is told the right operand, then a row of the left one, then where that row meets which columns.
abstract class DotKernel {
    /// Elements that may be read behind the end of the right operand.
    static final int SLACK = Math.max(VectorTruncated.padding(), VectorExact.padding());

    final KOrder order;
    /// The row of the left operand, by term.
    final float[] row;

    float[] x = {};
    /// First step of the sum.
    int first;

    /// Step behind the last.
    int end;

    /// @param order of K
    DotKernel(KOrder order) {
        this.order = order;
        row = new float[order.terms()];
    }

    /// Takes the right operand.
    ///
    /// @param given elements in the unit's format, and [#SLACK] more
    /// @param length how many
    void right(float[] given, int length) {
        x = given;
    }

    /// Takes a row of the left operand.
    ///
    /// @param w elements in the unit's format
    /// @param from where the row begins
    /// @param firstStep of the sum
    /// @param endStep behind its last step
    void left(float[] w, int from, int firstStep, int endStep) {
        first = firstStep;
        end = endStep;
        int to = endTerm();
        for (int k = firstTerm(); k < to; k++) {
            row[k] = w[from + order.left()[k]];
        }
    }

    final int firstTerm() {
        return begin(first);
    }

    /// Returns the term behind the last.
    final int endTerm() {
        return order.ends()[end - 1];
    }

    /// Computes columns of the row that was taken.
    ///
    /// @param y receives FP32 sums
    /// @param yAt where
    /// @param columns how many
    /// @param base of the first one
    abstract void multiply(float[] y, int yAt, int columns, int base);

    final int begin(int step) {
        return step == 0 ? 0 : order.ends()[step - 1];
    }
}
