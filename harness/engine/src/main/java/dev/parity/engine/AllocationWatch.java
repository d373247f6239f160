package dev.parity.engine;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/// Watches how many bytes a rank's thread allocates a step.
///
/// A compiled step allocates its record, about 10 KB. Where the compiler keeps vectors as objects it is tens of
/// megabytes, and the run takes about three times as long without another sign of it.
final class AllocationWatch {
    /// Steps of a process until its code is compiled.
    static final int WARM_UP = 2_000;

    /// Steps of a window.
    static final int WINDOW = 500;

    /// Bytes a step that two windows in a row may not exceed.
    static final double LIMIT = 1e6;

    private final LongSupplier allocated;
    private long steps;
    private long before;
    private OptionalDouble earlier = OptionalDouble.empty();
    private OptionalDouble latest = OptionalDouble.empty();

    /// Makes a watch.
    ///
    /// @param allocated gives the bytes that the thread has allocated so far
    AllocationWatch(LongSupplier allocated) {
        this.allocated = allocated;
    }

    /// Counts a step; called on the watched thread.
    void step() {
        steps++;
        if (steps < WARM_UP || (steps - WARM_UP) % WINDOW != 0) {
            return;
        }
        long now = allocated.getAsLong();
        if (steps > WARM_UP) {
            earlier = latest;
            latest = OptionalDouble.of((now - before) / (double) WINDOW);
        }
        before = now;
    }

    /// Returns the bytes a step of the last whole window.
    ///
    /// @return empty before the first one
    OptionalDouble bytesAStep() {
        return latest;
    }

    /// Says what is wrong, if something is.
    ///
    /// @return a sentence with what to do, if the last two windows exceed [#LIMIT]
    Optional<String> warning() {
        boolean tooMuch = latest.orElse(0) > LIMIT && earlier.orElse(0) > LIMIT;
        return tooMuch
                ? Optional.of(
                        "a rank allocates %.1f MB a step, expected at most %.0f: the compiler keeps vectors as objects"
                                        .formatted(latest.getAsDouble() / 1e6, LIMIT / 1e6)
                                + " and this run takes about three times as long; the results are right."
                                + " Start it anew, or end it and go on with --resume in a new process")
                : Optional.empty();
    }
}
