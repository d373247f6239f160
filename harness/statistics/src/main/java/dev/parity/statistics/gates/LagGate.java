package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Gap;
import dev.parity.statistics.estimators.Correlation;
import java.util.List;
import java.util.Optional;

/// The losses of both sides rise and fall at the same steps: the correlation of their step-to-step changes does not
/// peak at another lag. One that does belongs to another batch or another count of steps.
public record LagGate() implements Gate {
    private static final int FURTHEST = 8;
    private static final int FEWEST = 30;
    /// A peak below this is none, and one no higher than lag 0 by this much is no other.
    private static final double PEAK = 0.5;

    private static final double ABOVE = 0.3;

    @Override
    public String id() {
        return "lag";
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Optional<Evidence> weakest = Optional.empty();
        double weakestPeak = Double.POSITIVE_INFINITY;
        for (Alignment pair : pairs) {
            List<Gap> gaps = Gap.of(pair).stream()
                    .filter(gap -> Double.isFinite(gap.reference()) && Double.isFinite(gap.candidate()))
                    .toList();
            if (gaps.size() < FEWEST) {
                return notJudged("fewer than %d finite common losses show no lag".formatted(FEWEST));
            }
            double[] reference = Correlation.changes(
                    gaps.stream().mapToDouble(Gap::reference).toArray());
            double[] candidate = Correlation.changes(
                    gaps.stream().mapToDouble(Gap::candidate).toArray());
            double aligned = Correlation.at(reference, candidate, 0);
            int best = 0;
            double peak = aligned;
            for (int lag = -FURTHEST; lag <= FURTHEST; lag++) {
                double correlation = Correlation.at(reference, candidate, lag);
                if (correlation > peak) {
                    peak = correlation;
                    best = lag;
                }
            }
            boolean late = best != 0 && peak > PEAK && peak - aligned > ABOVE;
            if (late || peak < weakestPeak) {
                weakestPeak = late ? Double.NEGATIVE_INFINITY : peak;
                weakest = Optional.of(finding(late, best, peak, aligned, gaps));
            }
        }
        return weakest.orElseThrow();
    }

    private Evidence finding(boolean late, int lag, double peak, double aligned, List<Gap> gaps) {
        return new Evidence.Equivalence(
                id(),
                late ? Verdict.FAIL : Verdict.PASS,
                late
                        ? "the candidate's losses follow the reference's %d points %s (correlation of the changes %.2f, at the same points %.2f)"
                                .formatted(Math.abs(lag), lag > 0 ? "late" : "early", peak, aligned)
                        : "no lag: the correlation of the changes at the same points is %.2f".formatted(aligned),
                "lag at which the changes of the losses agree best, in points",
                new Estimate(late ? lag : 0, Interval.NONE, gaps.size(), Double.NaN, Double.NaN, 1),
                1,
                List.of(gaps.getFirst().origin()));
    }
}
