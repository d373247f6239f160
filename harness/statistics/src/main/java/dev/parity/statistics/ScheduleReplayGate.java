package dev.parity.statistics;

import dev.parity.statistics.internal.Settings;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Optional;

/// Runs each side's learning-rate schedule again from the recorded skips: a recorded rate that its own
/// rules do not give is a hard FAIL.
record ScheduleReplayGate() implements Gate {
    private static final String ID = "schedule-replay";
    /// Recorded rates are doubles; logarithms may differ in the last place.
    private static final double TOLERANCE = 1e-12;

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        if (comparability.isWaived(Provenance.OPTIMIZER)) {
            return Evidence.rule(ID, Verdict.NOT_JUDGED, "the optimizer was waived", List.of());
        }
        long steps = 0;
        for (Pair pair : pairs) {
            for (RunTrace run : List.of(pair.reference(), pair.candidate())) {
                String optimizer = run.provenance().comparability().getOrDefault(Provenance.OPTIMIZER, "");
                if (run.steps().isEmpty() || optimizer.isEmpty()) {
                    return Evidence.rule(
                            ID,
                            Verdict.NOT_JUDGED,
                            "%s does not record each step's learning rate".formatted(run.name()),
                            List.of());
                }
                Optional<Evidence> broken = replay(run, new Settings(optimizer));
                if (broken.isPresent()) {
                    return broken.get();
                }
                steps += run.steps().size();
            }
        }
        return Evidence.rule(
                ID,
                Verdict.PASS,
                "all %d recorded learning rates follow the schedule's own rules".formatted(steps),
                List.of());
    }

    private static Optional<Evidence> replay(RunTrace run, Settings settings) {
        boolean warmup = settings.text("schedule").equals("WarmupLR");
        long applied = 0;
        for (StepRecord step : run.steps()) {
            double expected = settings.number("lr");
            if (warmup && applied > 0) {
                double min = settings.number("warmupMinLr");
                double max = settings.number("warmupMaxLr");
                double length = settings.number("warmupSteps");
                expected =
                        applied - 1 < length ? min + (max - min) * Math.log((double) applied) / Math.log(length) : max;
            }
            if (Math.abs(step.lr() - expected) > TOLERANCE) {
                return Optional.of(Evidence.rule(
                        ID,
                        Verdict.FAIL,
                        "%s, step %d: the learning rate was %s, its schedule's rules give %s"
                                .formatted(run.name(), step.step(), step.lr(), expected),
                        List.of(Origins.step(run, step.step()))));
            }
            applied += step.skipped() ? 0 : 1;
        }
        return Optional.empty();
    }
}
