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
import dev.parity.statistics.estimators.Robust;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

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
        List<Evidence.Equivalence> found =
                pairs.stream().flatMap(pair -> leap(pair, margin).stream()).toList();
        return found.isEmpty()
                ? notJudged("fewer than %d finite common losses show no spike".formatted(FEWEST))
                : Rare.worst(found);
    }

    /// Finds the largest leap.
    private Optional<Evidence.Equivalence> leap(Alignment pair, double margin) {
        List<Gap> gaps = Gap.of(pair).stream()
                .filter(gap -> gap.reference() > 0 && gap.candidate() > 0 && gap.candidate() < 1e300)
                .toList();
        double[] ratios = gaps.stream()
                .mapToDouble(gap -> Math.log(gap.candidate() / gap.reference()))
                .toArray();
        Optional<Evidence.Equivalence> found = Optional.empty();
        double worst = -1;
        for (int i = 0; ratios.length >= FEWEST && i < ratios.length; i++) {
            double[] before = Arrays.copyOfRange(ratios, Math.max(0, i - AROUND), i);
            double[] after = Arrays.copyOfRange(ratios, i + 1, Math.min(ratios.length, i + 1 + AROUND));
            double leap = ratios[i] - Robust.median(both(before, after));
            double bound = Math.max(margin, SIGMAS * Math.max(scale(before), scale(after)));
            if (Math.abs(leap) / bound > worst) {
                worst = Math.abs(leap) / bound;
                found = Optional.of(finding(gaps.get(i), leap, bound, ratios.length));
            }
        }
        return found;
    }

    private static double[] both(double[] before, double[] after) {
        return DoubleStream.concat(Arrays.stream(before), Arrays.stream(after)).toArray();
    }

    /// The runs may scatter more before a step than behind it, or less.
    private static double scale(double[] values) {
        return values.length < FEWEST / 2 ? 0 : Robust.scale(values);
    }

    private Evidence.Equivalence finding(Gap gap, double leap, double bound, int n) {
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
                Unit.LOGARITHM,
                new Estimate(leap, Interval.NONE, n, Double.NaN, Double.NaN, bound),
                bound,
                List.of(gap.origin()));
    }
}
