package dev.parity.statistics.detectors;

import dev.parity.statistics.Position;
import dev.parity.trace.OptimizerSettings;
import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScheduleSettings;
import dev.parity.trace.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/// Runs a learning-rate schedule again from the recorded skips.
public final class ScheduleReplay {
    /// Recorded rates are doubles; logarithms may differ in the last place.
    private static final double TOLERANCE = 1e-12;

    private ScheduleReplay() {}

    /// A rate and the number of steps that were applied before its own.
    private record Rate(Point point, long applied) {}

    /// Computes each rate of which it is known how many steps were applied before.
    ///
    /// @param run any
    /// @return where a recorded rate first differs
    /// @throws IllegalArgumentException if the run's settings are missing, unreadable or of unknown rules
    public static Replay of(RunTrace run) {
        List<Rate> rates = rates(run);
        if (rates.isEmpty()) {
            return Replay.NOTHING;
        }
        LongToDoubleFunction schedule = schedule(run.provenance().optimizer());
        Optional<String> broken = rates.stream()
                .filter(rate -> differs(rate, schedule))
                .findFirst()
                .map(rate -> "step %d: the learning rate was %s, its schedule's rules give %s"
                        .formatted(rate.point.step(), rate.point.value(), schedule.applyAsDouble(rate.applied)));
        return new Replay(rates.size(), broken);
    }

    /// Written so that NaN differs.
    private static boolean differs(Rate rate, LongToDoubleFunction schedule) {
        double gap = Math.abs(rate.point.value() - schedule.applyAsDouble(rate.applied));
        return !(gap <= Math.max(TOLERANCE, rate.point.quantum()));
    }

    private static LongToDoubleFunction schedule(OptimizerSettings settings) {
        double lr = Replay.number("lr", settings.lr());
        ScheduleSettings schedule = settings.schedule();
        String type = schedule.type().orElseThrow(() -> Replay.absent("schedule"));
        return switch (type) {
            case "constant" -> _ -> lr;
            case "WarmupLR" -> {
                double min = Replay.number("warmupMinLr", schedule.warmupMinLr());
                double max = Replay.number("warmupMaxLr", schedule.warmupMaxLr());
                int length = Replay.whole("warmupSteps", schedule.warmupSteps());
                yield applied -> applied == 0
                        ? lr
                        : applied - 1 < length
                                ? min + (max - min) * Math.log((double) applied) / Math.log(length)
                                : max;
            }
            default -> throw new IllegalArgumentException("nobody knows the rules of schedule '%s'".formatted(type));
        };
    }

    /// A run that reports every step counts its skips; a log may count them up to the step before.
    private static List<Rate> rates(RunTrace run) {
        List<Rate> rates = new ArrayList<>();
        long applied = 0;
        for (Replay.Step step : Replay.steps(run, Series.LEARNING_RATE)) {
            rates.add(new Rate(step.value(), applied));
            applied += step.skipped() ? 0 : 1;
        }
        if (!rates.isEmpty()) {
            return rates;
        }
        Map<Position, Point> skipped = new HashMap<>();
        run.series(Series.SKIPPED_SO_FAR).forEach(point -> skipped.put(Position.of(point), point));
        for (Point point : run.series(Series.LEARNING_RATE)) {
            Point before = skipped.get(new Position(point.epoch(), point.step() - 1));
            if (before != null) {
                rates.add(new Rate(point, before.step() - (long) before.value()));
            }
        }
        return rates;
    }
}
