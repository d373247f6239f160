package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Gap;
import dev.parity.statistics.estimators.Correlation;
import dev.parity.trace.Provenance;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The losses of both sides rise and fall at the same steps: the correlation of their step-to-step changes does not
/// peak at another lag. One that does belongs to another batch or another count of steps. Where the data's order is
/// known to be equal, the changes agree in each eighth of the run.
public record LagGate() implements Gate {
    private static final int FURTHEST = 8;
    private static final int FEWEST = 30;
    /// A peak below this is none, and one no higher than lag 0 by this much is no other.
    private static final double PEAK = 0.5;

    private static final double ABOVE = 0.3;
    private static final int PARTS = 8;

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
            Optional<Evidence> others = otherBatches(pair, reference, candidate, gaps);
            if (others.isPresent()) {
                return others.get();
            }
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

    /// Finds an eighth of the run in which the changes do not agree, though the batches should.
    private Optional<Evidence> otherBatches(Alignment pair, double[] reference, double[] candidate, List<Gap> gaps) {
        boolean sameOrder = pair.reference()
                        .provenance()
                        .agreement(Provenance.DATA_ORDER, pair.candidate().provenance())
                == Provenance.Agreement.SAME;
        for (int part = 0; sameOrder && reference.length >= PARTS * FEWEST / 2 && part < PARTS; part++) {
            int from = part * reference.length / PARTS;
            int to = (part + 1) * reference.length / PARTS;
            double[] b = Arrays.copyOfRange(candidate, from, to);
            double correlation = Correlation.at(Arrays.copyOfRange(reference, from, to), b, 0);
            // of a frozen loss another gate speaks
            if (correlation < PEAK && Arrays.stream(b).anyMatch(x -> x != 0)) {
                return Optional.of(new Evidence.Equivalence(
                        id(),
                        Verdict.FAIL,
                        "from %s to %s the losses rise and fall at other steps (correlation of the changes %.2f), though the order of the data is equal: other batches"
                                .formatted(
                                        gaps.get(from).position(), gaps.get(to).position(), correlation),
                        "correlation of the changes of the losses in an eighth of the run",
                        Unit.PLAIN,
                        new Estimate(correlation, Interval.NONE, to - from, Double.NaN, Double.NaN, PEAK),
                        PEAK,
                        List.of(gaps.get(from).origin())));
            }
        }
        return Optional.empty();
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
                Unit.PLAIN,
                new Estimate(late ? lag : 0, Interval.NONE, gaps.size(), Double.NaN, Double.NaN, 1),
                1,
                List.of(gaps.getFirst().origin()));
    }
}
