package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Position;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.OverflowMatch;
import dev.parity.statistics.estimators.Proportions;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.Series;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Both sides must overflow about equally often. Equal event histories pass as they are. Behind the first difference
/// histories may differ legitimately: which overflows have one on the other side nearby, how long each scale held and
/// the last one are told, and not judged.
public record ScaleEventGate() implements Gate {
    /// Steps that two overflows may be apart and still be the same.
    private static final int WITHIN = 2;

    private static final int NAMED = 4;
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
        String sentence = "overflows: %d of %d steps against %d of %d, %%s%s; mean log2 scale %.2f against %.2f; %s"
                .formatted(a.skips, a.steps, b.skips, b.steps, matches(pairs), a.logScale, b.logScale, scales(pairs));
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
            return rates(
                    a,
                    1,
                    b,
                    1,
                    "overflows: %d against %d over the same losses, %%s%s".formatted(a, b, matches(pairs)),
                    margin);
        }
        String sentence = "the two logs do not cover the same steps: " + counts(pairs);
        double p = Proportions.rateRatio(a, 1, b, 1, 0.9).p();
        return p < 0.05
                ? rule(Verdict.INCONCLUSIVE, "%s, which chance seldom gives (p = %.3g)".formatted(sentence, p))
                : notJudged(sentence);
    }

    /// Says which overflows have one on the other side nearby, as part of a format.
    private static String matches(List<Alignment> pairs) {
        OverflowMatch match = OverflowMatch.of(pairs, WITHIN);
        if (match.matched() + match.reference().size() + match.candidate().size() == 0) {
            return "";
        }
        return "; within %d steps of one of the other side: %s of the candidate's, %s of the reference's%s%s"
                .formatted(
                        WITHIN,
                        percent(match.precision()),
                        percent(match.recall()),
                        alone("candidate", match.candidate()),
                        alone("reference", match.reference()));
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "none" : "%.0f %%%%".formatted(share);
    }

    private static String alone(String side, List<Position> positions) {
        return positions.isEmpty()
                ? ""
                : "; the %s's alone: %s%s"
                        .formatted(
                                side,
                                positions.stream()
                                        .limit(NAMED)
                                        .map(Position::toString)
                                        .collect(Collectors.joining(", ")),
                                positions.size() > NAMED ? ", …" : "");
    }

    /// Says how long each scale held and which was the last, as part of a format.
    private static String scales(List<Alignment> pairs) {
        return "scales %s against %s; the last %s against %s"
                .formatted(
                        shares(pairs, Alignment::reference),
                        shares(pairs, Alignment::candidate),
                        last(pairs, Alignment::reference),
                        last(pairs, Alignment::candidate));
    }

    private static Stream<List<Point>> scales(List<Alignment> pairs, Function<Alignment, RunTrace> side) {
        return pairs.stream().map(pair -> side.apply(pair).series(Series.LOSS_SCALE));
    }

    private static String shares(List<Alignment> pairs, Function<Alignment, RunTrace> side) {
        List<Double> all =
                scales(pairs, side).flatMap(List::stream).map(Point::value).toList();
        Map<Double, Long> counts = new TreeMap<>();
        all.forEach(scale -> counts.merge(scale, 1L, Long::sum));
        String shares = counts.entrySet().stream()
                .sorted(Map.Entry.<Double, Long>comparingByValue().reversed())
                .limit(NAMED)
                .map(each -> "%.0f for %.0f %%%%".formatted(each.getKey(), 100.0 * each.getValue() / all.size()))
                .collect(Collectors.joining(", "));
        return shares.isEmpty() ? "unknown" : shares;
    }

    private static String last(List<Alignment> pairs, Function<Alignment, RunTrace> side) {
        String last = scales(pairs, side)
                .filter(scales -> !scales.isEmpty())
                .map(scales -> "%.0f".formatted(scales.getLast().value()))
                .distinct()
                .limit(NAMED)
                .collect(Collectors.joining(" or "));
        return last.isEmpty() ? "unknown" : last;
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
                Unit.RATIO,
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
