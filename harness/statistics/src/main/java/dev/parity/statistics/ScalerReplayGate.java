package dev.parity.statistics;

import dev.parity.statistics.internal.Settings;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.Optional;

/// Runs each side's loss scaler again from the recorded skips: a recorded scale that its own rules do
/// not give is a hard FAIL. Written from DeepSpeed's rules, not from the engine's code, so that it
/// checks that too.
record ScalerReplayGate() implements Replay {
    @Override
    public String id() {
        return "scaler-replay";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.LOSS_SCALER, Provenance.LOSS_SCALER_SETTINGS);
    }

    @Override
    public String quantity() {
        return "scale";
    }

    @Override
    public Optional<String> replay(RunTrace run) {
        String algorithm = run.provenance().comparability().getOrDefault(Provenance.LOSS_SCALER, "");
        Settings settings =
                new Settings(run.provenance().comparability().getOrDefault(Provenance.LOSS_SCALER_SETTINGS, ""));
        return switch (algorithm) {
            case "none" -> constant(run, 1);
            case "static" -> constant(run, settings.number("scale"));
            case "zero", "unfused" -> dynamic(run, settings, algorithm.equals("zero"));
            case "" -> throw new IllegalArgumentException("the loss scaler is unknown");
            default ->
                throw new IllegalArgumentException("nobody knows the rules of loss scaler '%s'".formatted(algorithm));
        };
    }

    private static Optional<String> constant(RunTrace run, double scale) {
        return run.steps().stream()
                .filter(step -> step.scale() != scale)
                .findFirst()
                .map(step -> differs(step, scale));
    }

    private static Optional<String> dynamic(RunTrace run, Settings settings, boolean zero) {
        double scale = settings.number("initial");
        double min = settings.number("min");
        double window = settings.number("window");
        double hysteresis = zero ? settings.number("hysteresis") : 1;
        double credit = hysteresis;
        long lastOverflow = -1;
        for (StepRecord step : run.steps()) {
            if (step.scale() != scale) {
                return Optional.of(differs(step, scale));
            }
            long iteration = step.step() - 1;
            if (step.skipped()) {
                if (credit > 1) {
                    credit--;
                } else {
                    scale = Math.max(scale / 2, min);
                }
                lastOverflow = iteration;
            } else if (zero) {
                if ((iteration - lastOverflow) % window == 0) {
                    scale *= 2;
                    credit = hysteresis;
                }
            } else {
                long stable = iteration - lastOverflow - 1;
                scale *= stable > 0 && stable % window == 0 ? 2 : 1;
            }
        }
        return Optional.empty();
    }

    private static String differs(StepRecord step, double expected) {
        return "step %d: the scale was %s, its scaler's rules give %s".formatted(step.step(), step.scale(), expected);
    }
}
