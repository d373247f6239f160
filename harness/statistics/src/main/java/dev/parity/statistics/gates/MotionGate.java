package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Gap;
import dev.parity.statistics.estimators.Correlation;
import dev.parity.statistics.estimators.Means;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The candidate's loss moves from step to step as much as the reference's, over the whole run and over its last
/// quarter: a loss that is smoothed, damped or frozen does not. A tail of equal values that the reference has not
/// is a hard FAIL, if so many equal ones are no chance where the losses move so much and are printed so finely.
public record MotionGate() implements Gate {
    private static final Margin MARGIN = new Margin("motion", "largest ratio of the steps' mean absolute changes", 1);
    private static final int FEWEST = 40;
    /// Fewer equal losses are no tail.
    private static final int FROZEN = 3;
    /// Chance of a tail of equal values in a loss that moves.
    private static final double CHANCE = 1e-3;
    /// Spacing of FP16 numbers, over their size: a loss may be of that type, however it is printed.
    private static final double HALF = 0x1p-10;

    @Override
    public String id() {
        return "motion";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<Evidence> all = new ArrayList<>();
        for (Alignment pair : pairs) {
            List<Gap> gaps = Gap.of(pair).stream()
                    .filter(gap -> Double.isFinite(gap.reference()) && Double.isFinite(gap.candidate()))
                    .toList();
            double[] reference = gaps.stream().mapToDouble(Gap::reference).toArray();
            double[] candidate = gaps.stream().mapToDouble(Gap::candidate).toArray();
            int still = tail(candidate);
            if (still >= FROZEN && still > 2 * tail(reference) && isNoChance(still, reference, quantum(pair))) {
                Gap from = gaps.get(gaps.size() - still);
                return rule(
                        Verdict.FAIL,
                        "the candidate's loss is frozen: the last %d values are all %s, from %s on"
                                .formatted(still, from.candidate(), from.position()),
                        List.of(from.origin()));
            }
            if (gaps.size() < FEWEST) {
                return notJudged("fewer than %d finite common losses show no motion".formatted(FEWEST));
            }
            int quarter = gaps.size() - gaps.size() / 4;
            all.add(finding("over the whole run", reference, candidate, margins, gaps.getFirst()));
            all.add(finding(
                    "over the last quarter",
                    Arrays.copyOfRange(reference, quarter, reference.length),
                    Arrays.copyOfRange(candidate, quarter, candidate.length),
                    margins,
                    gaps.get(quarter)));
        }
        Evidence worst = all.getFirst();
        for (Evidence each : all) {
            worst = each.verdict().compareTo(worst.verdict()) > 0 ? each : worst;
        }
        return worst;
    }

    /// Tells whether equal losses at the end are no chance: each equals the one before it where a move happens to be
    /// less than the spacing of the numbers.
    private static boolean isNoChance(int still, double[] reference, double quantum) {
        double moves = Arrays.stream(moves(reference)).average().orElse(0);
        double spacing = Math.max(quantum, HALF * Math.abs(reference[reference.length - 1]));
        return Math.pow(Math.min(1, spacing / moves), still - 1) < CHANCE;
    }

    private static double quantum(Alignment pair) {
        return pair.losses().stream()
                .mapToDouble(points -> points.candidate().quantum())
                .max()
                .orElse(0);
    }

    private static int tail(double[] values) {
        int n = Math.min(1, values.length);
        while (n < values.length && values[values.length - 1 - n] == values[values.length - 1]) {
            n++;
        }
        return n;
    }

    private Evidence finding(String where, double[] reference, double[] candidate, Margins margins, Gap from) {
        double margin = margins.of(MARGIN);
        double[] a = moves(reference);
        double[] b = moves(candidate);
        if (Arrays.stream(a).sum() == 0) {
            return notJudged("the reference's loss does not move");
        }
        Estimate found = Means.ofSeries(a, b);
        Interval ratio =
                new Interval(1 + found.interval().low(), 1 + found.interval().high());
        boolean outside = ratio.outside(1 / margin, margin);
        return new Evidence.Equivalence(
                id(),
                outside ? Verdict.FAIL : Verdict.PASS,
                "%s the candidate's loss moves %.2f times as much from step to step as the reference's [%.2f, %.2f]"
                        .formatted(where, 1 + found.value(), ratio.low(), ratio.high()),
                "ratio of the mean absolute changes from loss to loss",
                Unit.RATIO,
                new Estimate(1 + found.value(), ratio, found.n(), found.effectiveN(), found.p(), found.detectable()),
                margin,
                List.of(from.origin()));
    }

    private static double[] moves(double[] values) {
        return Arrays.stream(Correlation.changes(values)).map(Math::abs).toArray();
    }
}
