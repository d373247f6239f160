package dev.parity.ascend.internal.ops;

import static dev.parity.ascend.internal.cann.DataType.INT32;

import dev.parity.spi.Op;
import java.util.List;
import java.util.Optional;

/// Statistics of gradients, and updates of weights.
final class UpdateOps extends NodeOps {
    private static final int WORDS = 16;

    UpdateOps(NodeOps other) {
        super(other);
    }

    private static View flat(View x) {
        return x.reshaped(x.size());
    }

    void nonFinite() {
        Optional<View> found = Optional.empty();
        for (int t = 0; t < node.inputs().size(); t++) {
            if (node.input(t).element().isFloating()) {
                View here = algebra.not(algebra.allFinite(flat(x(t))));
                found = Optional.of(
                        found.map(before -> algebra.or(before, here)).orElse(here));
            }
        }
        if (way.saturates()) { // there nothing is infinite, but the stream has a status
            View status = View.of(commands.resources().status(), INT32, List.of(WORDS));
            commands.add("aclrtGetOverflowStatus", commands.resources()::readStatus);
            View here = algebra.differs(algebra.wide(algebra.packed(status.slice(0, 0, 1))), 0);
            found = Optional.of(found.map(before -> algebra.or(before, here)).orElse(here));
        }
        View none = algebra.greater(algebra.constant(1, 0), 0);
        algebra.store(algebra.cast(found.orElse(none), INT32), y());
    }

    void norm() {
        View y = y();
        for (int t = 0; t < node.inputs().size(); t++) {
            View x = flat(wide(t));
            algebra.store(algebra.sqrt(algebra.sum(algebra.mul(x, x), 0)), y.slice(0, t, 1));
        }
    }

    /// Computed into scratch memory first: an output may be the memory of any input.
    void adamW(Op.AdamW op) {
        View weights = flat(x(0));
        View control = x(4);
        View gradient = algebra.mul(flat(wide(3)), control.slice(0, 0, 1));
        View rate = algebra.packed(control.slice(0, 1, 1));
        View m = algebra.add(algebra.times(flat(x(1)), op.beta1()), algebra.times(gradient, 1 - op.beta1()));
        View v = algebra.add(
                algebra.times(flat(x(2)), op.beta2()), algebra.mul(algebra.times(gradient, 1 - op.beta2()), gradient));
        View denominator = algebra.plus(algebra.div(algebra.sqrt(v), control.slice(0, 3, 1)), op.epsilon());
        View keep = algebra.onePlus(rate, -op.weightDecay());
        View step = algebra.div(rate, control.slice(0, 2, 1));
        View updated = algebra.sub(algebra.mul(weights, keep), algebra.mul(algebra.div(m, denominator), step));
        store(updated, m, v);
    }

    void sgd(Op.Sgd op) {
        View control = x(3);
        View gradient = algebra.mul(flat(wide(2)), control.slice(0, 0, 1));
        View buffer = algebra.add(algebra.times(flat(x(1)), op.momentum()), gradient);
        View updated = algebra.sub(flat(x(0)), algebra.mul(buffer, control.slice(0, 1, 1)));
        store(updated, buffer);
    }

    private void store(View... results) {
        for (int i = 0; i < results.length; i++) {
            algebra.store(results[i], y(i));
        }
    }
}
