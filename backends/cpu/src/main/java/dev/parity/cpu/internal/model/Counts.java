package dev.parity.cpu.internal.model;

import java.util.concurrent.atomic.LongAdder;

/// How often a backend's kernels took which way, for tests and benchmarks.
///
/// @param shortcut columns of steps that binary64 decided
/// @param exact columns of steps that had to be summed without any error
/// @param slow columns that the oracle computed
public record Counts(LongAdder shortcut, LongAdder exact, LongAdder slow) {
    /// Starts from zero.
    public Counts() {
        this(new LongAdder(), new LongAdder(), new LongAdder());
    }

    void oracle(int columns) {
        slow.add(columns);
    }

    void steps(long all, int asked) {
        shortcut.add(all - asked);
        exact.add(asked);
    }
}
