package dev.parity.statistics.detectors;

import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// What came of computing again, by a run's own rules, what the run recorded.
///
/// @param values how many were computed; 0 if the run does not record what that needs
/// @param broken where a recorded value is not the computed one; empty if there is no such place
public record Replay(int values, Optional<String> broken) {
    /// Nothing could be computed.
    static final Replay NOTHING = new Replay(0, Optional.empty());

    /// A value of a single step, and whether that step was skipped.
    ///
    /// @param value what was recorded
    /// @param skipped whether the optimizer did not step
    record Step(Point value, boolean skipped) {}

    /// Returns what a run reports at each of its steps from the first on.
    ///
    /// @param run any
    /// @param series that is computed again
    /// @return in order; empty if a step lacks its value, or does not say whether it was skipped
    static List<Step> steps(RunTrace run, String series) {
        List<Point> values = run.series(series);
        List<Point> skips = run.series(Series.SKIPPED);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            Point value = values.get(i);
            boolean known = skips.size() == values.size()
                    && skips.get(i).step() == value.step()
                    && skips.get(i).epoch() == value.epoch()
                    && skips.get(i).window() == 1;
            boolean follows = !run.isLog() || value.step() == i + 1;
            if (!known || !follows) {
                return List.of();
            }
            steps.add(new Step(value, skips.get(i).value() != 0));
        }
        return steps;
    }

    /// Returns a setting that the rules need.
    ///
    /// @param key as the canonical form names it
    /// @param value known or not
    /// @return the value
    /// @throws IllegalArgumentException if it is unknown
    static double number(String key, OptionalDouble value) {
        return value.orElseThrow(() -> absent(key));
    }

    /// Returns a whole setting that the rules need.
    ///
    /// @param key as the canonical form names it
    /// @param value known or not
    /// @return the value
    /// @throws IllegalArgumentException if it is unknown
    static int whole(String key, OptionalInt value) {
        return value.orElseThrow(() -> absent(key));
    }

    static IllegalArgumentException absent(String key) {
        return new IllegalArgumentException("setting %s is absent".formatted(key));
    }
}
