package dev.parity.statistics.gates;

import dev.parity.statistics.Evidence;
import dev.parity.statistics.Verdict;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// The worst single loss of many pairs: what one equal pair shows once in two hundred, one of many pairs shows often.
final class Rare {
    /// Share of equal pairs whose worst loss is beyond its bound: 3 of 960 were seen.
    private static final double SHARE = 0.005;

    /// Probability below which so many pairs are no chance.
    private static final double CHANCE = 0.011;

    private Rare() {}

    /// Judges several pairs. So few that fail beside so many that do not are a WARN.
    ///
    /// @param found one finding a pair, at least one
    /// @return the worst of them
    static Evidence.Equivalence worst(List<Evidence.Equivalence> found) {
        Evidence.Equivalence worst = found.stream()
                .max(Comparator.comparing(Evidence.Equivalence::verdict).thenComparingDouble(Rare::severity))
                .orElseThrow();
        long failing =
                found.stream().filter(each -> each.verdict() == Verdict.FAIL).count();
        boolean rare = failing > 0
                && BinomialDistribution.of(found.size(), SHARE).survivalProbability((int) failing - 1) > CHANCE;
        return rare
                ? new Evidence.Equivalence(
                        worst.gate(),
                        Verdict.WARN,
                        "%s; so in %d of %d pairs, which happens to equal runs"
                                .formatted(worst.sentence(), failing, found.size()),
                        worst.statistic(),
                        worst.unit(),
                        worst.estimate(),
                        worst.margin(),
                        worst.origins())
                : worst;
    }

    /// NaN is worse than any number.
    private static double severity(Evidence.Equivalence found) {
        return Math.abs(found.estimate().value()) / found.margin();
    }
}
