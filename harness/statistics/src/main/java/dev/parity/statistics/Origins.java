package dev.parity.statistics;

import dev.parity.trace.LossPoint;
import dev.parity.trace.RunTrace;

/// Says where a number stands.
final class Origins {
    private Origins() {}

    static String of(RunTrace run, LossPoint point) {
        String origin = point.origin();
        return origin == null ? step(run, point.step()) : origin;
    }

    static String step(RunTrace run, long step) {
        return "%s, step %d".formatted(run.name(), step);
    }
}
