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
import java.util.List;

/// Each loss is near the other side's, over the whole run: a rule of published profiles.
public record EachLossGate() implements Gate {
    private static final Margin MARGIN = new Margin("eachLoss", "relative difference of each loss", 0);

    @Override
    public String id() {
        return "each-loss";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public boolean isPrimary() {
        return true;
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<Gap> gaps = pairs.stream().flatMap(pair -> Gap.of(pair).stream()).toList();
        if (gaps.isEmpty()) {
            return notJudged("the two sides have no loss in common");
        }
        double margin = margins.of(MARGIN);
        Gap worst = Gap.largest(gaps);
        long beyond = gaps.stream()
                .filter(gap -> !(Math.abs(gap.relative()) <= margin))
                .count();
        return new Evidence.Equivalence(
                id(),
                beyond == 0 ? Verdict.PASS : Verdict.FAIL,
                "%d of %d losses are more than %.3g %% apart; the largest gap is %+.2f %%, at %s"
                        .formatted(beyond, gaps.size(), 100 * margin, 100 * worst.relative(), worst.position()),
                "largest relative difference of a loss",
                Unit.RELATIVE,
                new Estimate(worst.relative(), Interval.NONE, gaps.size(), Double.NaN, Double.NaN, margin),
                margin,
                List.of(worst.origin()));
    }
}
