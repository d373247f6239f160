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

    /// @param order of K
    DotKernel(KOrder order) {
        this.order = order;
    }

    /// Takes the right operand.
    ///
    /// @param x elements in the unit's format, and [#SLACK] more
    /// @param length how many
    abstract void right(float[] x, int length);

    /// Takes a row of the left operand.
    ///
    /// @param w elements in the unit's format
    /// @param from where the row begins
    /// @param firstStep of the sum
    /// @param endStep behind its last step
    abstract void left(float[] w, int from, int firstStep, int endStep);

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
