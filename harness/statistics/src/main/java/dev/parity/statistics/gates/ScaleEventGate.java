package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Position;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.estimators.Proportions;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.Series;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Both sides must overflow about equally often. Equal event histories pass as they are.
public record ScaleEventGate() implements Gate {
    private static final Margin MARGIN = new Margin("overflowRatio", "largest ratio of overflow rates", 1);

    @Override
    public String id() {
        return "scale-events";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.LOSS_SCALER, Provenance.LOSS_SCALER_SETTINGS);
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        boolean counted = runs(pairs, Alignment::runs)
                .noneMatch(run -> run.series(Series.SKIPPED).isEmpty());
        if (!counted) {
            return ofEvents(pairs, margin);
        }
        if (pairs.stream().allMatch(ScaleEventGate::sameHistory)) {
            return rule(Verdict.PASS, "the same events at the same steps: " + counts(pairs));
        }
        Skips a = skips(pairs, Alignment::reference);
        Skips b = skips(pairs, Alignment::candidate);
        String sentence = "overflows: %d of %d steps against %d of %d, %%s; mean log2 scale %.2f against %.2f"
                .formatted(a.skips, a.steps, b.skips, b.steps, a.logScale, b.logScale);
        return rates(a.skips, a.steps, b.skips, b.steps, sentence, margin);
    }

    /// What one side skipped.
    ///
    /// @param skips overflows
    /// @param steps among which they were
    /// @param logScale mean over the runs of the mean log2 scale; NaN where no scale is known
    private record Skips(long skips, long steps, double logScale) {}

    private static Skips skips(List<Alignment> pairs, Function<Alignment, RunTrace> side) {
        double skips = 0;
        long steps = 0;
        double logScale = 0;
        for (Alignment pair : pairs) {
            RunTrace run = side.apply(pair);
            for (Point point : run.series(Series.SKIPPED)) {
                skips += point.value();
                steps += point.window();
            }
            logScale += run.series(Series.LOSS_SCALE).stream()
                            .mapToDouble(point -> Math.log(point.value()) / Math.log(2))
                            .average()
                            .orElse(Double.NaN)
                    / pairs.size();
        }
        return new Skips((long) skips, steps, logScale);
    }

    /// Two logs that print their losses at the same steps cover the same steps, so their overflows count
    /// against each other; else the counts can only show a difference.
    private Evidence ofEvents(List<Alignment> pairs, double margin) {
        boolean sameSpan = pairs.stream()
                .allMatch(pair -> pair.reference().steps().isEmpty()
                        && pair.candidate().steps().isEmpty()
                        && Position.of(pair.reference().losses())
                                .equals(Position.of(pair.candidate().losses())));
        long a = overflows(pairs, Alignment::reference);
        long b = overflows(pairs, Alignment::candidate);
        if (sameSpan && pairs.stream().allMatch(ScaleEventGate::sameEvents)) {
            boolean none = pairs.stream()
                    .allMatch(pair -> pair.reference().scaleEvents().isEmpty());
            return none
                    ? notJudged("no log shows an event of the loss scaler")
                    : rule(Verdict.PASS, "the same events between the same losses: " + counts(pairs));
        }
        if (sameSpan) {
            return rates(a, 1, b, 1, "overflows: %d against %d over the same losses, %%s".formatted(a, b), margin);
        }
        String sentence = "the two logs do not cover the same steps: " + counts(pairs);
        double p = Proportions.rateRatio(a, 1, b, 1, 0.9).p();
        return p < 0.05
                ? rule(Verdict.INCONCLUSIVE, "%s, which chance seldom gives (p = %.3g)".formatted(sentence, p))
                : notJudged(sentence);
    }

    /// Judges the ratio of two overflow rates.
    ///
    /// @param sentence with a place for the ratio
    private Evidence rates(long a, long stepsA, long b, long stepsB, String sentence, double margin) {
        Proportions.Found found = Proportions.rateRatio(a, (double) stepsA, b, (double) stepsB, 0.9);
        Interval interval = new Interval(found.low(), found.high());
        double ratio = (double) b / stepsB / ((double) a / stepsA);
        Verdict verdict = interval.inside(1 / margin, margin)
                ? found.p() < 0.05 ? Verdict.WARN : Verdict.PASS
                : interval.outside(1 / margin, margin) ? Verdict.FAIL : Verdict.INCONCLUSIVE;
        return new Evidence.Equivalence(
                id(),
                verdict,
                sentence.formatted("ratio %.2f [%.2f, %.2f]".formatted(ratio, found.low(), found.high())),
                "ratio of overflow rates",
                new Estimate(ratio, interval, (int) (a + b), Double.NaN, found.p(), Double.NaN),
                margin,
                List.of());
    }

    private static boolean sameHistory(Alignment pair) {
        return Stream.of(Series.SKIPPED, Series.LOSS_SCALE)
                .allMatch(name -> values(pair.reference(), name).equals(values(pair.candidate(), name)));
    }

    private static Map<Position, Double> values(RunTrace run, String name) {
        return run.series(name).stream().collect(Collectors.toMap(Position::of, Point::value, (_, last) -> last));
    }

    /// Compares what two logs print, not where in the file.
    private static boolean sameEvents(Alignment pair) {
        return events(pair.reference()).equals(events(pair.candidate()));
    }

    private static List<ScaleEvent> events(RunTrace run) {
        return run.scaleEvents().stream()
                .map(event -> new ScaleEvent(
                        event.epoch(), event.step(), event.exact(), event.kind(), event.from(), event.to(), null))
                .toList();
    }

    private static long overflows(List<Alignment> pairs, Function<Alignment, RunTrace> side) {
        return count(pairs, side, ScaleEvent.Kind.REDUCED) + count(pairs, side, ScaleEvent.Kind.HYSTERESIS);
    }

    @Override
    public String counts(List<Alignment> pairs) {
        return "reference %s, candidate %s"
                .formatted(count(pairs, Alignment::reference), count(pairs, Alignment::candidate));
    }

    private static String count(List<Alignment> pairs, Function<Alignment, RunTrace> side) {
        return "%d reduced, %d used hysteresis, %d grew"
                .formatted(
                        count(pairs, side, ScaleEvent.Kind.REDUCED),
                        count(pairs, side, ScaleEvent.Kind.HYSTERESIS),
                        count(pairs, side, ScaleEvent.Kind.GREW));
    }

    private static long count(List<Alignment> pairs, Function<Alignment, RunTrace> side, ScaleEvent.Kind kind) {
        return runs(pairs, pair -> List.of(side.apply(pair)))
                .flatMap(run -> run.scaleEvents().stream())
                .filter(event -> event.kind() == kind)
                .count();
    }

    private static Stream<RunTrace> runs(List<Alignment> pairs, Function<Alignment, List<RunTrace>> of) {
        return pairs.stream().flatMap(pair -> of.apply(pair).stream());
    }
}
