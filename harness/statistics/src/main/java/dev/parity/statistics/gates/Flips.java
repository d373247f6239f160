package dev.parity.statistics.gates;

import dev.parity.statistics.Comparison;
import dev.parity.statistics.Verdict;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What rounding can flip in the first steps: a unit that is hardly active, the largest of a pool, a token's expert.
/// In a few pairs in a hundred that moves a gradient by far more than its rounding; a fault acts in every pair.
final class Flips {
    /// Bounds up to which one or two pairs cannot tell a flip from a fault. Equal pairs were seen 6.4 bounds apart.
    private static final double MOST = 8;

    /// A pair that is nearer than this says no more: equal bits are no evidence against the other pairs.
    private static final double LEAST = 0.01;

    private Flips() {}

    /// Sums up several pairs: the geometric mean, which a few wild pairs hardly move, and which is lower than theirs.
    ///
    /// @param severities of the pairs, at least one
    /// @return NaN if one is
    static double typical(List<Double> severities) {
        double logarithms = severities.stream()
                .mapToDouble(each -> Math.log(Double.isNaN(each) ? each : Math.max(each, LEAST)))
                .sum();
        return Math.exp(logarithms / severities.size());
    }

    /// Returns the pair in the middle, of an even number the lower one, to show for all.
    ///
    /// @param gaps one a pair, at least one
    /// @param severity of a gap; NaN is worse than any number
    static <T> T middle(List<T> gaps, ToDoubleFunction<T> severity) {
        return gaps.stream()
                .sorted(Comparator.comparingDouble(severity))
                .toList()
                .get((gaps.size() - 1) / 2);
    }

    /// Judges it.
    ///
    /// @param severity the gap over its bound
    /// @param pairs that were looked at
    static Verdict verdict(double severity, int pairs) {
        if (severity <= 1) {
            return Verdict.PASS;
        }
        return pairs < Comparison.FEWEST_PAIRS && severity <= MOST ? Verdict.INCONCLUSIVE : Verdict.FAIL;
    }

    /// Says what would decide.
    static String doubt(Verdict verdict) {
        return verdict == Verdict.INCONCLUSIVE
                ? "; in one pair of some dozens a flipped unit does that: %d seeds would tell it from a fault"
                        .formatted(Comparison.FEWEST_PAIRS)
                : "";
    }
}
