package dev.parity.statistics;

import dev.parity.statistics.internal.Settings;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Optional;

/// Runs each side's loss scaler again from the recorded skips: a recorded scale that its own rules do not
/// give is a hard FAIL. Written from DeepSpeed's rules, not from the engine's code, so that it checks that
/// too.
record ScalerReplayGate() implements Gate {
    private static final String ID = "scaler-replay";

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        if (comparability.isWaived(Provenance.LOSS_SCALER) || comparability.isWaived(Provenance.LOSS_SCALER_SETTINGS)) {
            return Evidence.rule(ID, Verdict.NOT_JUDGED, "the loss scaler was waived", List.of());
        }
        long steps = 0;
        for (Pair pair : pairs) {
            for (RunTrace run : List.of(pair.reference(), pair.candidate())) {
                String algorithm = run.provenance().comparability().getOrDefault(Provenance.LOSS_SCALER, "");
                if (run.steps().isEmpty() || algorithm.isEmpty()) {
                    return Evidence.rule(
                            ID,
                            Verdict.NOT_JUDGED,
                            "%s does not record each step's scale".formatted(run.name()),
                            List.of());
                }
                Optional<Evidence> broken = replay(run, algorithm);
                if (broken.isPresent()) {
                    return broken.get();
                }
                steps += run.steps().size();
            }
        }
        return Evidence.rule(
                ID, Verdict.PASS, "all %d recorded scales follow the scaler's own rules".formatted(steps), List.of());
    }

    private static Optional<Evidence> replay(RunTrace run, String algorithm) {
        Settings settings =
                new Settings(run.provenance().comparability().getOrDefault(Provenance.LOSS_SCALER_SETTINGS, ""));
        boolean dynamic = algorithm.equals("zero") || algorithm.equals("unfused");
        double scale = dynamic ? settings.number("initial") : algorithm.equals("static") ? settings.number("scale") : 1;
        long lastOverflow = -1;
        double credit = algorithm.equals("zero") ? settings.number("hysteresis") : 1;
        for (StepRecord step : run.steps()) {
            if (step.scale() != scale) {
                return Optional.of(Evidence.rule(
                        ID,
                        Verdict.FAIL,
                        "%s, step %d: the scale was %s, its scaler's rules give %s"
                                .formatted(run.name(), step.step(), step.scale(), scale),
                        List.of(Origins.step(run, step.step()))));
            }
            if (!dynamic) {
                continue;
            }
            long iteration = step.step() - 1;
            long window = (long) settings.number("window");
            if (step.skipped()) {
                if (credit > 1) {
                    credit--;
                } else {
                    scale = Math.max(scale / 2, settings.number("min"));
                }
                lastOverflow = iteration;
            } else if (algorithm.equals("zero")) {
                if ((iteration - lastOverflow) % window == 0) {
                    scale *= 2;
                    credit = settings.number("hysteresis");
                }
            } else {
                long stable = iteration - lastOverflow - 1;
                scale *= stable > 0 && stable % window == 0 ? 2 : 1;
            }
        }
        return Optional.empty();
    }
}
