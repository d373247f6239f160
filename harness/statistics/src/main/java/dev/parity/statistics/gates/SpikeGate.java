package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Gap;
import dev.parity.statistics.estimators.Robust;
import java.util.Arrays;
import java.util.List;

/// No single loss leaps away from the other side's: the logarithm of their ratio stays within ten standard
/// deviations, by median and median deviation of the losses around it, or below the margin.
public record SpikeGate() implements Gate {
    private static final Margin MARGIN = new Margin("spike", "leap of one loss against those around it, relative", 0);
    private static final int AROUND = 20;
    private static final int FEWEST = 20;
    private static final double SIGMAS = 10;

    @Override
    public String id() {
        return "spike";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        double worst = -1;
        Evidence found = notJudged("fewer than %d finite common losses show no spike".formatted(FEWEST));
        for (Alignment pair : pairs) {
            List<Gap> gaps = Gap.of(pair).stream()
                    .filter(gap -> gap.reference() > 0 && gap.candidate() > 0 && gap.candidate() < 1e300)
                    .toList();
            double[] ratios = gaps.stream()
                    .mapToDouble(gap -> Math.log(gap.candidate() / gap.reference()))
                    .toArray();
            for (int i = 0; ratios.length >= FEWEST && i < ratios.length; i++) {
                double[] around = around(ratios, i);
                double leap = ratios[i] - Robust.median(around);
                double bound = Math.max(margin, SIGMAS * Robust.scale(around));
                if (Math.abs(leap) / bound > worst) {
                    worst = Math.abs(leap) / bound;
                    found = finding(gaps.get(i), leap, bound, ratios.length);
                }
            }
        }
        return found;
    }

    /// The losses on both sides of one, itself left out.
    private static double[] around(double[] ratios, int at) {
        int from = Math.max(0, at - AROUND);
        int to = Math.min(ratios.length, at + AROUND + 1);
        double[] around = Arrays.copyOfRange(ratios, from, to - 1);
        System.arraycopy(ratios, at + 1, around, at - from, to - at - 1);
        return around;
    }

    private Evidence finding(Gap gap, double leap, double bound, int n) {
        boolean spike = Math.abs(leap) > bound;
        return new Evidence.Equivalence(
                id(),
                spike ? Verdict.FAIL : Verdict.PASS,
                "%s at %s: %+.1f %% against the losses around it"
                        .formatted(
                                spike ? "the candidate's loss leaps" : "the largest leap of one loss stands",
                                gap.position(),
                                100 * Math.expm1(leap)),
                "logarithm of the ratio of two losses, against the median around it",
                new Estimate(leap, Interval.NONE, n, Double.NaN, Double.NaN, bound),
                bound,
                List.of(gap.origin()));
    }
}
