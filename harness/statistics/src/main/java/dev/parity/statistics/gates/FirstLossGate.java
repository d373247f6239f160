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

/// The first loss is near the other side's: a rule of published profiles.
public record FirstLossGate() implements Gate {
    private static final Margin MARGIN = new Margin("firstLoss", "relative difference of the first loss", 0);

    @Override
    public String id() {
        return "first-loss";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<Gap> firsts =
                pairs.stream().flatMap(pair -> Gap.of(pair).stream().limit(1)).toList();
        if (firsts.isEmpty()) {
            return notJudged("the two sides have no loss in common");
        }
        Gap worst = Gap.largest(firsts);
        double value = worst.relative();
        double margin = margins.of(MARGIN);
        return new Evidence.Equivalence(
                id(),
                Math.abs(value) <= margin ? Verdict.PASS : Verdict.FAIL,
                "the first losses, at %s, are %+.3f %% apart; the rule allows %.3g %%"
                        .formatted(worst.position(), 100 * value, 100 * margin),
                "relative difference of the first loss",
                Unit.RELATIVE,
                new Estimate(value, Interval.NONE, firsts.size(), Double.NaN, Double.NaN, margin),
                margin,
                List.of(worst.origin()));
    }
}
