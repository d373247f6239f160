package dev.parity.ascend.internal.ops;

import java.util.List;

/// Element by element, and layouts.
final class ElementOps extends NodeOps {
    ElementOps(NodeOps other) {
        super(other);
    }

    void add() {
        algebra.add(x(0), x(1), y());
    }

    void multiply() {
        algebra.mul(x(0), x(1), y());
    }

    /// The factor is an FP32 number, whatever the elements are.
    void scale(double factor) {
        algebra.store(algebra.times(wide(0), factor), y());
    }

    /// Written so that NaN stays NaN, which aclnnRelu does not promise.
    void relu() {
        View x = x(0);
        algebra.where(algebra.atMost(x, 0), zero(x), x, y());
    }

    void reluGrad() {
        View dy = x(0);
        algebra.where(algebra.greater(x(1), 0), dy, zero(dy), y());
    }

    private View zero(View like) {
        return algebra.cast(algebra.constant(like.rank(), 0), like.type());
    }

    void cast() {
        if (x(0).type() == y().type()) {
            reshape();
        } else {
            algebra.cast(x(0), y());
        }
    }

    void reshape() {
        commands.copy(x(0).address(), y().address(), y().bytes());
    }

    void transpose(List<Integer> axes) {
        algebra.copy(x(0).permuted(axes), y());
    }

    void scaleRows(int column) {
        algebra.mul(x(0), x(1).column(column), y());
    }

    void scaleRowsCoefficientGrad(int column) {
        View y = y();
        algebra.clear(y);
        View sums = algebra.sum(algebra.mul(wide(0), wide(1)), 1);
        algebra.store(sums, y.column(column));
    }

    /// Sums in FP32, and rounds once.
    void reduceSum(List<Integer> axes) {
        algebra.store(algebra.sum(wide(0), axes.toArray(Integer[]::new)), y());
    }
}
