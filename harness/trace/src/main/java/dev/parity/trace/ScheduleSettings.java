package dev.parity.trace;

import dev.parity.trace.internal.Words;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How a run's learning rate goes; what is absent is unknown.
///
/// @param type `constant` or `WarmupLR`
/// @param warmupMinLr rate at the beginning of a warm-up
/// @param warmupMaxLr rate after it
/// @param warmupSteps its length in applied steps
public record ScheduleSettings(
        Optional<String> type, OptionalDouble warmupMinLr, OptionalDouble warmupMaxLr, OptionalInt warmupSteps) {
    /// One rate for ever.
    public static final ScheduleSettings CONSTANT = new ScheduleSettings(
            Optional.of("constant"), OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.empty());

    /// Makes the settings of DeepSpeed's WarmupLR.
    ///
    /// @param min rate at the beginning
    /// @param max rate after it
    /// @param steps its length in applied steps
    /// @return the settings
    public static ScheduleSettings warmup(double min, double max, int steps) {
        return new ScheduleSettings(
                Optional.of("WarmupLR"), OptionalDouble.of(min), OptionalDouble.of(max), OptionalInt.of(steps));
    }

    static ScheduleSettings read(Words words) {
        return new ScheduleSettings(
                words.text("schedule"),
                words.number("warmupMinLr"),
                words.number("warmupMaxLr"),
                words.whole("warmupSteps"));
    }

    void write(Words.Writer words) {
        words.text("schedule", type)
                .number("warmupMinLr", warmupMinLr)
                .number("warmupMaxLr", warmupMaxLr)
                .whole("warmupSteps", warmupSteps);
    }
}
