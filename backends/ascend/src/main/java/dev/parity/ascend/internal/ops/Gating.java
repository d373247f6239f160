package dev.parity.ascend.internal.ops;

import static dev.parity.ascend.internal.cann.DataType.INT32;

import dev.parity.spi.Op;
import java.util.List;
import java.util.Optional;

/// Routes tokens to experts: comparisons and counts, so it has no rounding.
final class Gating extends NodeOps {
    private final Op.TopKGate gate;
    private final int tokens = extent(0, 0);
    private final int experts = extent(0, 1);

    Gating(NodeOps other, Op.TopKGate gate) {
        super(other);
        this.gate = gate;
    }

    void add() {
        View first = algebra.firstLargest(x(gate.k() == 1 ? 1 : 0));
        View marked = algebra.oneHot(first, experts);
        Optional<View> used = has(3) ? Optional.of(algebra.differs(x(3).reshaped(tokens, 1), 0)) : Optional.empty();
        View counted = algebra.wide(inUse(marked, used));
        View counts = algebra.sum(counted, 0);
        algebra.store(counts, y(2));
        write(first, 0, 0);
        if (gate.k() == 1) {
            View keep = inUse(algebra.less(ahead(first, used), gate.capacity()), used);
            View kept = algebra.wide(algebra.and(marked, keep));
            place(algebra.pick(marked, algebra.running(kept)), keep, 0);
            return;
        }
        View second = algebra.firstLargest(x(1), algebra.not(marked));
        View markedToo = algebra.oneHot(second, experts);
        write(second, 0, 1);
        View countedToo = algebra.wide(inUse(markedToo, used));
        List<View> places = List.of(
                algebra.pick(marked, algebra.running(counted)),
                algebra.pick(markedToo, algebra.add(algebra.running(countedToo), counts)));
        for (int choice = 0; choice < 2; choice++) {
            View place = places.get(choice);
            place(place, inUse(algebra.atMost(place, gate.capacity()), used), choice);
        }
    }

    private View inUse(View mask, Optional<View> used) {
        return used.map(use -> algebra.and(mask, use)).orElse(mask);
    }

    /// Counts the tokens of the same expert that are kept before each one: those of larger priority, and of equal
    /// priority those that come earlier.
    private View ahead(View expert, Optional<View> used) {
        View priority = algebra.pick(algebra.oneHot(expert, experts), x(2));
        View others = priority.reshaped(1, tokens);
        View earlier = algebra.less(algebra.row(tokens), algebra.sequence(tokens, 1, i -> i));
        View before =
                algebra.or(algebra.greater(others, priority), algebra.and(algebra.equal(others, priority), earlier));
        View rivals = algebra.equal(expert.reshaped(1, tokens), expert);
        View inUse = inUse(rivals, used.map(use -> use.reshaped(1, tokens)));
        return algebra.sum(algebra.wide(algebra.and(inUse, before)), 1);
    }

    /// Writes slots.
    ///
    /// @param place in its expert, counted from 1
    private void place(View place, View keep, int choice) {
        write(algebra.where(keep, algebra.plus(place, -1), algebra.constant(2, -1)), 1, choice);
    }

    private void write(View column, int output, int choice) {
        algebra.copy(algebra.cast(column, INT32), y(output).column(choice));
    }
}
