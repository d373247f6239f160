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
import dev.parity.statistics.detectors.ScaleSplit;
import dev.parity.statistics.estimators.Robust;
import java.util.List;
import java.util.Optional;

/// Until the loss scales part, each loss is near the other side's; after it only statistics judge.
///
/// Small batches wander without any split: rounding grows until single steps differ by percents. Where the losses
/// around and after the first one beyond the margin scatter as much as the margin, that is a WARN, not a FAIL.
public record PointwiseGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("pointwise", "relative difference of each loss before the loss scales part", 0);
    /// Losses by which the scatter is judged.
    private static final int AHEAD = 40;

    private static final int FEWEST = 10;
    private static final double SIGMAS = 3;

    @Override
    public String id() {
        return "pointwise";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        Evidence worst = notJudged("no loss before the loss scales part is common to both sides");
        for (Alignment pair : pairs) {
            List<Gap> gaps = ScaleSplit.before(pair);
            if (!gaps.isEmpty()) {
                Evidence found = judge(gaps, ScaleSplit.of(pair), margin);
                worst = found.verdict().compareTo(worst.verdict()) > 0 ? found : worst;
            }
        }
        return worst;
    }

    private Evidence judge(List<Gap> gaps, Optional<ScaleSplit> split, double margin) {
        Gap largest = Gap.largest(gaps);
        double value = largest.relative();
        boolean inside = Math.abs(value) <= margin;
        Verdict verdict = inside
                ? Math.abs(value) > margin / 2 ? Verdict.WARN : Verdict.PASS
                : wanders(gaps, margin) ? Verdict.WARN : Verdict.FAIL;
        String until =
                split.map("before the loss scales part at %s "::formatted).orElse("");
        String first = gaps.stream()
                .filter(gap -> gap.relative() != 0)
                .findFirst()
                .map(gap -> "; first apart at %s (%+.2g %%)".formatted(gap.position(), 100 * gap.relative()))
                .orElse("");
        String sentence = "%sthe losses are at most %+.2f %% apart, at %s%s%s"
                .formatted(
                        until,
                        100 * value,
                        largest.position(),
                        first,
                        inside || verdict == Verdict.FAIL ? "" : "; single steps of these runs scatter as much");
        return new Evidence.Equivalence(
                id(),
                verdict,
                sentence,
                "largest relative difference of a loss",
                new Estimate(value, Interval.NONE, gaps.size(), Double.NaN, Double.NaN, margin),
                margin,
                List.of(largest.origin()));
    }

    /// Tells whether the losses from the first one beyond the margin on scatter so much around their median.
    private static boolean wanders(List<Gap> gaps, double margin) {
        int at = 0;
        while (Math.abs(gaps.get(at).relative()) <= margin) {
            at++;
        }
        List<Gap> ahead = gaps.subList(at, Math.min(gaps.size(), at + AHEAD));
        return ahead.size() >= FEWEST && SIGMAS * Robust.scale(Gap.relative(ahead)) >= margin;
    }
}
