package dev.parity.statistics;

import dev.parity.statistics.internal.Proportions;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Both sides must overflow about equally often. Equal event histories pass as they are.
///
/// @param margin largest ratio of the rates, above 1
record ScaleEventGate(double margin) implements Gate {
    @Override
    public String id() {
        return "scale-events";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.LOSS_SCALER, Provenance.LOSS_SCALER_SETTINGS);
    }

    @Override
    public Evidence judge(List<Pair> pairs) {
        boolean logs = pairs.stream()
                .anyMatch(pair -> pair.reference().steps().isEmpty()
                        || pair.candidate().steps().isEmpty());
        if (logs) {
            return ofLogs(pairs);
        }
        if (pairs.stream().allMatch(ScaleEventGate::sameHistory)) {
            return Evidence.rule(id(), Verdict.PASS, "the same events at the same steps: " + counts(pairs), List.of());
        }
        long a = 0;
        long b = 0;
        long stepsA = 0;
        long stepsB = 0;
        double logA = 0;
        double logB = 0;
        for (Pair pair : pairs) {
            a += skips(pair.reference());
            b += skips(pair.candidate());
            stepsA += pair.reference().steps().size();
            stepsB += pair.candidate().steps().size();
            logA += meanLog(pair.reference()) / pairs.size();
            logB += meanLog(pair.candidate()) / pairs.size();
        }
        String sentence = "overflows: %d of %d steps against %d of %d, %%s; mean log2 scale %.2f against %.2f"
                .formatted(a, stepsA, b, stepsB, logA, logB);
        return rates(a, stepsA, b, stepsB, sentence);
    }

    /// Two logs that print their losses at the same steps cover the same steps, so their overflows count
    /// against each other; else the counts can only show a difference.
    private Evidence ofLogs(List<Pair> pairs) {
        boolean sameSpan = pairs.stream()
                .allMatch(pair -> pair.reference().steps().isEmpty()
                        && pair.candidate().steps().isEmpty()
                        && Pair.positions(pair.reference()).equals(Pair.positions(pair.candidate())));
        List<RunTrace> references = pairs.stream().map(Pair::reference).toList();
        List<RunTrace> candidates = pairs.stream().map(Pair::candidate).toList();
        long a = overflows(references);
        long b = overflows(candidates);
        if (sameSpan && pairs.stream().allMatch(ScaleEventGate::sameEvents)) {
            return a == 0
                            && references.stream()
                                    .allMatch(run -> run.scaleEvents().isEmpty())
                    ? notJudged("no log shows an event of the loss scaler")
                    : Evidence.rule(
                            id(), Verdict.PASS, "the same events between the same losses: " + counts(pairs), List.of());
        }
        if (sameSpan) {
            return rates(a, 1, b, 1, "overflows: %d against %d over the same losses, %%s".formatted(a, b));
        }
        String sentence = "the two logs do not cover the same steps: " + counts(pairs);
        double p = Proportions.rateRatio(a, 1, b, 1, 0.9).p();
        return p < 0.05
                ? Evidence.rule(
                        id(),
                        Verdict.INCONCLUSIVE,
                        "%s, which chance seldom gives (p = %.3g)".formatted(sentence, p),
                        List.of())
                : notJudged(sentence);
    }

    /// Judges the ratio of two overflow rates.
    ///
    /// @param sentence with a place for the ratio
    private Evidence rates(long a, long stepsA, long b, long stepsB, String sentence) {
        Proportions.Found found = Proportions.rateRatio(a, (double) stepsA, b, (double) stepsB, 0.9);
        Interval interval = new Interval(found.low(), found.high());
        double ratio = (double) b / stepsB / ((double) a / stepsA);
        Verdict verdict = interval.inside(1 / margin, margin)
                ? found.p() < 0.05 ? Verdict.WARN : Verdict.PASS
                : interval.outside(1 / margin, margin) ? Verdict.FAIL : Verdict.INCONCLUSIVE;
        return new Evidence(
                id(),
                verdict,
                sentence.formatted("ratio %.2f [%.2f, %.2f]".formatted(ratio, found.low(), found.high())),
                "ratio of overflow rates",
                OptionalDouble.of(ratio),
                Optional.of(interval),
                OptionalDouble.of(margin),
                (int) (a + b),
                OptionalDouble.empty(),
                OptionalDouble.of(found.p()),
                OptionalDouble.empty(),
                List.of(),
                List.of());
    }

    private static boolean sameHistory(Pair pair) {
        List<StepRecord> a = pair.reference().steps();
        List<StepRecord> b = pair.candidate().steps();
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.get(i).skipped() != b.get(i).skipped()
                    || a.get(i).scale() != b.get(i).scale()) {
                return false;
            }
        }
        return true;
    }

    /// Compares what two logs print, not where in the file.
    private static boolean sameEvents(Pair pair) {
        return events(pair.reference()).equals(events(pair.candidate()));
    }

    private static List<ScaleEvent> events(RunTrace run) {
        return run.scaleEvents().stream()
                .map(event -> new ScaleEvent(
                        event.epoch(), event.step(), event.exact(), event.kind(), event.from(), event.to(), null))
                .toList();
    }

    private static long overflows(List<RunTrace> runs) {
        return count(runs, ScaleEvent.Kind.REDUCED) + count(runs, ScaleEvent.Kind.HYSTERESIS);
    }

    private static long skips(RunTrace run) {
        return run.steps().stream().filter(StepRecord::skipped).count();
    }

    private static double meanLog(RunTrace run) {
        return run.steps().stream()
                .mapToDouble(step -> Math.log(step.scale()) / Math.log(2))
                .average()
                .orElse(Double.NaN);
    }

    @Override
    public String counts(List<Pair> pairs) {
        return "reference %s, candidate %s"
                .formatted(
                        count(pairs.stream().map(Pair::reference).toList()),
                        count(pairs.stream().map(Pair::candidate).toList()));
    }

    private static String count(List<RunTrace> runs) {
        return "%d reduced, %d used hysteresis, %d grew"
                .formatted(
                        count(runs, ScaleEvent.Kind.REDUCED),
                        count(runs, ScaleEvent.Kind.HYSTERESIS),
                        count(runs, ScaleEvent.Kind.GREW));
    }

    private static long count(List<RunTrace> runs, ScaleEvent.Kind kind) {
        return runs.stream()
                .flatMap(run -> run.scaleEvents().stream())
                .filter(event -> event.kind() == kind)
                .count();
    }
}
