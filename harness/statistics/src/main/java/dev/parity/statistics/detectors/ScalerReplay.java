package dev.parity.statistics.detectors;

import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScalerSettings;
import dev.parity.trace.Series;
import java.util.List;
import java.util.Optional;

/// Runs a loss scaler again from the recorded skips. Written from DeepSpeed's rules, not from the engine's
/// code, so that it checks that too.
public final class ScalerReplay {
    private ScalerReplay() {}

    /// Computes the scale of every step.
    ///
    /// @param run any
    /// @return where the recorded scale first differs
    /// @throws IllegalArgumentException if the run's settings are missing, unreadable or of unknown rules
    public static Replay of(RunTrace run) {
        List<Replay.Step> steps = Replay.steps(run, Series.LOSS_SCALE);
        if (steps.isEmpty()) {
            return Replay.NOTHING;
        }
        ScalerSettings settings = run.provenance().scaler();
        String algorithm =
                settings.algorithm().orElseThrow(() -> new IllegalArgumentException("the loss scaler is unknown"));
        Optional<String> broken = switch (algorithm) {
            case "none" -> constant(steps, 1);
            case "static" -> constant(steps, Replay.number("scale", settings.scale()));
            case "zero", "unfused" -> dynamic(steps, settings, algorithm.equals("zero"));
            default ->
                throw new IllegalArgumentException("nobody knows the rules of loss scaler '%s'".formatted(algorithm));
        };
        return new Replay(steps.size(), broken);
    }

    private static Optional<String> constant(List<Replay.Step> steps, double scale) {
        return steps.stream()
                .filter(step -> step.value().value() != scale)
                .findFirst()
                .map(step -> differs(step.value(), scale));
    }

    private static Optional<String> dynamic(List<Replay.Step> steps, ScalerSettings settings, boolean zero) {
        double scale = Replay.number("initial", settings.initial());
        double min = Replay.number("min", settings.min());
        int window = Replay.whole("window", settings.window());
        int hysteresis = zero ? Replay.whole("hysteresis", settings.hysteresis()) : 1;
        int credit = hysteresis;
        long lastOverflow = -1;
        for (Replay.Step step : steps) {
            long iteration = step.value().step() - 1;
            if (step.value().value() != scale) {
                return Optional.of(differs(step.value(), scale));
            }
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

    private static String differs(Point step, double expected) {
        return "step %d: the scale was %s, its scaler's rules give %s".formatted(step.step(), step.value(), expected);
    }
}
