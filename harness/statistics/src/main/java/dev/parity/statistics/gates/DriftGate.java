package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Gap;
import dev.parity.statistics.estimators.Means;
import dev.parity.statistics.estimators.Robust;
import dev.parity.statistics.estimators.Trend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The gap of the losses does not grow over the run. Over several seeds the seed is the unit; of one pair, whose
/// steps scatter more than the margin, no such growth can be told from the wandering of one run.
///
/// This gate only says that a gap grows. Whether the data suffice for equivalence, the loss gates say.
public record DriftGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("drift", "rise of the relative difference of losses from the first step to the last", 0);
    private static final int FEWEST = 20;

    @Override
    public String id() {
        return "drift";
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        List<double[]> series = new ArrayList<>();
        List<String> origins = new ArrayList<>();
        for (Alignment pair : pairs) {
            List<Gap> gaps = Gap.of(pair).stream()
                    .filter(gap -> Double.isFinite(gap.relative()))
                    .toList();
            if (gaps.size() < FEWEST) {
                return notJudged("fewer than %d finite common losses show no drift".formatted(FEWEST));
            }
            series.add(Gap.relative(gaps));
            origins.add(gaps.get(Trend.turn(series.getLast())).origin());
        }
        if (pairs.size() >= Comparison.FEWEST_PAIRS) {
            double[] rises = series.stream()
                    .mapToDouble(gaps -> Trend.rise(gaps).value())
                    .toArray();
            return finding(Means.ofUnits(rises), margin, origins);
        }
        double scatter = series.stream().mapToDouble(DriftGate::scatter).max().orElseThrow();
        if (scatter > margin) {
            return notJudged("single steps of one pair scatter by %.2f %%: a drift of %.2f %% cannot be told from it"
                    .formatted(100 * scatter, 100 * margin));
        }
        Evidence worst = finding(Trend.rise(series.getFirst()), margin, List.of(origins.getFirst()));
        for (int k = 1; k < series.size(); k++) {
            Evidence other = finding(Trend.rise(series.get(k)), margin, List.of(origins.get(k)));
            worst = other.verdict().compareTo(worst.verdict()) > 0 ? other : worst;
        }
        return worst;
    }

    /// Returns how far neighbouring gaps are apart: the scatter without any drift.
    private static double scatter(double[] gaps) {
        double[] changes = new double[gaps.length / 2];
        Arrays.setAll(changes, i -> gaps[gaps.length - 1 - i] - gaps[gaps.length - 2 - i]);
        return Robust.scale(changes) / Math.sqrt(2);
    }

    private Evidence finding(Estimate found, double margin, List<String> origins) {
        Verdict verdict = found.interval().outside(-margin, margin)
                ? Verdict.FAIL
                : Math.abs(found.value()) > margin / 2 && found.p() < 0.05 ? Verdict.WARN : Verdict.PASS;
        return new Evidence.Equivalence(
                id(),
                verdict,
                "the gap of the losses %s by %+.3f %% [%+.3f, %+.3f] over the run%s"
                        .formatted(
                                verdict == Verdict.FAIL ? "grows" : "changes",
                                100 * found.value(),
                                100 * found.interval().low(),
                                100 * found.interval().high(),
                                verdict == Verdict.PASS ? "" : ", most from %s on".formatted(origins.getFirst())),
                "rise of the relative difference of losses",
                Unit.RELATIVE,
                found,
                margin,
                origins);
    }
}
