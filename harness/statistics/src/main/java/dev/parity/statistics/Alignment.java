package dev.parity.statistics;

import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// A pair of runs, point by point. What several gates and the report read, steps and losses, is aligned once. A log
/// that prints perplexities and no losses has their logarithms as losses.
public final class Alignment {
    private final Pair pair;
    private final List<Steps> steps;
    private final List<Points> losses;

    /// Aligns a pair.
    ///
    /// @param pair of runs
    public Alignment(Pair pair) {
        this.pair = new Pair(withLosses(pair.reference()), withLosses(pair.candidate()));
        steps = alignSteps(pair.reference().steps(), pair.candidate().steps());
        losses = alignPoints(reference().losses(), candidate().losses());
    }

    /// A point of both sides.
    ///
    /// @param reference a point
    /// @param candidate the point of the same place
    public record Points(Point reference, Point candidate) {}

    /// A recorded step of both sides.
    ///
    /// @param reference a step
    /// @param candidate the same step
    public record Steps(StepRecord reference, StepRecord candidate) {}

    /// Returns the reference.
    ///
    /// @return a run
    public RunTrace reference() {
        return pair.reference();
    }

    /// Returns the candidate.
    ///
    /// @return a run
    public RunTrace candidate() {
        return pair.candidate();
    }

    /// Returns both runs.
    ///
    /// @return the reference first
    public List<RunTrace> runs() {
        return List.of(reference(), candidate());
    }

    /// Returns the recorded steps that both sides have.
    ///
    /// @return in order; empty for logs
    public List<Steps> steps() {
        return steps;
    }

    /// Returns the losses that both sides have.
    ///
    /// @return in the order of the steps
    public List<Points> losses() {
        return losses;
    }

    /// Returns the points of one quantity that both sides have.
    ///
    /// @param name of the series
    /// @return in the order of the steps
    public List<Points> series(String name) {
        return name.equals(Series.LOSS)
                ? losses
                : alignPoints(reference().series(name), candidate().series(name));
    }

    /// Names the quantities that a side reports.
    ///
    /// @return names of series
    public SortedSet<String> seriesNames() {
        SortedSet<String> names = new TreeSet<>(reference().seriesNames());
        names.addAll(candidate().seriesNames());
        return names;
    }

    /// Gives a log of perplexities its losses, which are their logarithms.
    private static RunTrace withLosses(RunTrace run) {
        List<Point> perplexities = run.series(Series.PERPLEXITY);
        if (perplexities.isEmpty() || !run.losses().isEmpty()) {
            return run;
        }
        List<Point> points = new ArrayList<>(run.points());
        for (Point point : perplexities) {
            points.add(new Point(
                    Series.LOSS,
                    point.epoch(),
                    point.step(),
                    point.rank(),
                    Math.log(point.value()),
                    point.window(),
                    point.quantum() / point.value(),
                    point.origin()));
        }
        return new RunTrace(
                run.name(),
                run.provenance(),
                run.steps(),
                points,
                run.scaleEvents(),
                run.evaluations(),
                run.notes(),
                run.gaps(),
                run.end());
    }

    private static List<Steps> alignSteps(List<StepRecord> reference, List<StepRecord> candidate) {
        List<Steps> aligned = new ArrayList<>();
        align(reference, candidate, StepRecord::step, (a, b) -> aligned.add(new Steps(a, b)));
        return List.copyOf(aligned);
    }

    private static List<Points> alignPoints(List<Point> reference, List<Point> candidate) {
        List<Points> aligned = new ArrayList<>();
        align(reference, candidate, Position::of, (a, b) -> aligned.add(new Points(a, b)));
        return List.copyOf(aligned);
    }

    /// Hands on what stands at the same place on both sides, in the order of the reference.
    private static <T, P> void align(
            List<T> reference, List<T> candidate, Function<T, P> place, BiConsumer<T, T> found) {
        Map<P, T> right = new HashMap<>();
        candidate.forEach(item -> right.put(place.apply(item), item));
        for (T item : reference) {
            T other = right.get(place.apply(item));
            if (other != null) {
                found.accept(item, other);
            }
        }
    }
}
