package dev.parity.statistics;

import dev.parity.statistics.internal.Settings;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/// Runs each side's learning-rate schedule again from the recorded skips: a recorded rate that its own
/// rules do not give is a hard FAIL.
record ScheduleReplayGate() implements Replay {
    /// Recorded rates are doubles; logarithms may differ in the last place.
    private static final double TOLERANCE = 1e-12;

    @Override
    public String id() {
        return "schedule-replay";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.OPTIMIZER);
    }

    @Override
    public String quantity() {
        return "learning rate";
    }

    @Override
    public Optional<String> replay(RunTrace run) {
        Settings settings = new Settings(run.provenance().comparability().getOrDefault(Provenance.OPTIMIZER, ""));
        double lr = settings.number("lr");
        String schedule = settings.text("schedule");
        return switch (schedule) {
            case "constant" -> replay(run, _ -> lr);
            case "WarmupLR" -> {
                double min = settings.number("warmupMinLr");
                double max = settings.number("warmupMaxLr");
                double length = settings.number("warmupSteps");
                yield replay(
                        run,
                        applied -> applied == 0
                                ? lr
                                : applied - 1 < length
                                        ? min + (max - min) * Math.log((double) applied) / Math.log(length)
                                        : max);
            }
            default ->
                throw new IllegalArgumentException("nobody knows the rules of schedule '%s'".formatted(schedule));
        };
    }

    /// Compares every rate with the schedule's, which is a function of the steps that were not skipped
    /// before.
    private static Optional<String> replay(RunTrace run, LongToDoubleFunction schedule) {
        long applied = 0;
        for (StepRecord step : run.steps()) {
            double expected = schedule.applyAsDouble(applied);
            // written so that NaN differs
            if (!(Math.abs(step.lr() - expected) <= TOLERANCE)) {
                return Optional.of("step %d: the learning rate was %s, its schedule's rules give %s"
                        .formatted(step.step(), step.lr(), expected));
            }
            applied += step.skipped() ? 0 : 1;
        }
        return Optional.empty();
    }
}
