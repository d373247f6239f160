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
import dev.parity.statistics.detectors.ScaleSplit;
import dev.parity.statistics.estimators.Robust;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Until the loss scales part, each loss is near the other side's; after it only statistics judge.
///
/// Small batches part without any overflow: rounding grows until single steps differ by percents. So what ends at the
/// first loss beyond the margin is this phase, if the losses behind it scatter as far; else it is a FAIL.
public record PointwiseGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("pointwise", "relative difference of each loss before the loss scales part", 0);
    /// Losses by which the scatter is judged.
    private static final int AHEAD = 40;

    private static final int FEWEST = 10;
    private static final double SIGMAS = 6;

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
        List<Evidence.Equivalence> found = new ArrayList<>();
        boolean wandering = false;
        for (Alignment pair : pairs) {
            List<Gap> gaps = ScaleSplit.before(pair);
            int end = wandering(gaps, margin);
            wandering |= !gaps.isEmpty();
            if (end > 0) {
                found.add(judge(gaps, end, ScaleSplit.of(pair), margin));
            }
        }
        if (!found.isEmpty()) {
            return Rare.worst(found);
        }
        return notJudged(
                wandering
                        ? "single losses scatter by more than %.2f %% from the first on: only means judge"
                                .formatted(100 * margin)
                        : "no loss before the loss scales part is common to both sides");
    }

    private Evidence.Equivalence judge(List<Gap> gaps, int end, Optional<ScaleSplit> split, double margin) {
        Gap largest = Gap.largest(gaps.subList(0, end));
        double value = largest.relative();
        Verdict verdict = !(Math.abs(value) <= margin)
                ? Verdict.FAIL
                : end == gaps.size() && Math.abs(value) > margin / 2 ? Verdict.WARN : Verdict.PASS;
        String until =
                split.map("before the loss scales part at %s "::formatted).orElse("");
        String first = gaps.stream()
                .filter(gap -> gap.relative() != 0)
                .findFirst()
                .map(gap -> "; first apart at %s (%+.2g %%)".formatted(gap.position(), 100 * gap.relative()))
                .orElse("");
        String behind = end == gaps.size()
                ? ""
                : "; from %s on single losses scatter by more, and only means judge"
                        .formatted(gaps.get(end).position());
        String sentence = "%sthe losses are at most %+.2f %% apart, at %s%s%s"
                .formatted(until, 100 * value, largest.position(), first, behind);
        return new Evidence.Equivalence(
                id(),
                verdict,
                sentence,
                "largest relative difference of a loss",
                Unit.RELATIVE,
                new Estimate(value, Interval.NONE, gaps.size(), Double.NaN, Double.NaN, margin),
                margin,
                List.of(largest.origin()));
    }

    /// Finds where single losses begin to scatter beyond the margin.
    ///
    /// @return index of the first loss beyond the margin, if those behind it scatter as far around their median;
    ///     else the number of losses
    private static int wandering(List<Gap> gaps, double margin) {
        int at = 0;
        while (at < gaps.size() && Math.abs(gaps.get(at).relative()) <= margin) {
            at++;
        }
        List<Gap> ahead = gaps.subList(at, Math.min(gaps.size(), at + AHEAD));
        boolean scatters = ahead.size() >= FEWEST
                && SIGMAS * Robust.scale(Gap.relative(ahead))
                        >= Math.abs(ahead.getFirst().relative());
        return scatters ? at : gaps.size();
    }
}
