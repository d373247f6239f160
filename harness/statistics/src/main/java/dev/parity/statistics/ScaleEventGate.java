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
    private static final String ID = "scale-events";

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        if (comparability.isWaived(Provenance.LOSS_SCALER) || comparability.isWaived(Provenance.LOSS_SCALER_SETTINGS)) {
            return Evidence.rule(ID, Verdict.NOT_JUDGED, "the loss scaler was waived: " + counts(pairs), List.of());
        }
        if (pairs.stream()
                .anyMatch(pair -> pair.reference().steps().isEmpty()
                        || pair.candidate().steps().isEmpty())) {
            return Evidence.rule(
                    ID, Verdict.NOT_JUDGED, "a log does not say how many steps it covers: " + counts(pairs), List.of());
        }
        if (pairs.stream().allMatch(ScaleEventGate::sameHistory)) {
            return Evidence.rule(ID, Verdict.PASS, "the same events at the same steps: " + counts(pairs), List.of());
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
        Proportions.Found found = Proportions.rateRatio(a, (double) stepsA, b, (double) stepsB, 0.9);
        Interval interval = new Interval(found.low(), found.high());
        double ratio = (double) b / stepsB / ((double) a / stepsA);
        Verdict verdict = interval.inside(1 / margin, margin)
                ? found.p() < 0.05 ? Verdict.WARN : Verdict.PASS
                : interval.outside(1 / margin, margin) ? Verdict.FAIL : Verdict.INCONCLUSIVE;
        String sentence =
                "overflows: %d of %d steps against %d of %d, ratio %.2f [%.2f, %.2f]; mean log2 scale %.2f against %.2f"
                        .formatted(a, stepsA, b, stepsB, ratio, found.low(), found.high(), logA, logB);
        return new Evidence(
                ID,
                verdict,
                sentence,
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

    private static long skips(RunTrace run) {
        return run.steps().stream().filter(StepRecord::skipped).count();
    }

    private static double meanLog(RunTrace run) {
        return run.steps().stream()
                .mapToDouble(step -> Math.log(step.scale()) / Math.log(2))
                .average()
                .orElse(Double.NaN);
    }

    private static String counts(List<Pair> pairs) {
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
