package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparison;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.Experts;
import dev.parity.statistics.estimators.Means;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Both sides load their experts alike: the total-variation distance of the experts' shares of tokens, by window of
/// an eighth of the run and MoE layer, and the shares of tokens that found no slot.
///
/// Equal runs drift apart in which expert a token takes, so a distance beyond the margin is a FAIL over three seeds
/// or more, or at twice the margin.
public record ExpertLoadGate() implements Gate {
    private static final Margin LOAD = new Margin("expertLoad", "total-variation distance of the experts' loads", 0);
    private static final Margin DROPS = new Margin("dropRate", "difference of the shares of dropped tokens", 0);
    private static final int WINDOWS = 8;

    @Override
    public String id() {
        return "expert-load";
    }

    @Override
    public List<Margin> margins() {
        return List.of(LOAD, DROPS);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        List<Double> distances = new ArrayList<>();
        List<Double> drops = new ArrayList<>();
        String origin = "";
        double farthest = -1;
        for (Alignment pair : pairs) {
            List<Alignment.Steps> steps = pair.steps().stream()
                    .filter(each -> !each.reference().expertCounts().isEmpty()
                            && !each.candidate().expertCounts().isEmpty())
                    .toList();
            if (steps.size() < WINDOWS) {
                return notJudged("no expert counts are recorded on both sides");
            }
            double mean = 0;
            for (int w = 0; w < WINDOWS; w++) {
                List<Alignment.Steps> window =
                        steps.subList(w * steps.size() / WINDOWS, (w + 1) * steps.size() / WINDOWS);
                double distance = distance(window);
                mean += distance / WINDOWS;
                if (distance > farthest) {
                    farthest = distance;
                    origin = pair.candidate()
                            .origin(window.getFirst().candidate().step());
                }
            }
            distances.add(mean);
            drops.add(dropRate(steps, Alignment.Steps::candidate) - dropRate(steps, Alignment.Steps::reference));
        }
        Estimate load = estimate(distances);
        Estimate dropped = estimate(drops);
        boolean byDrops = severity(dropped, margins.of(DROPS)) > severity(load, margins.of(LOAD));
        Estimate worse = byDrops ? dropped : load;
        double margin = margins.of(byDrops ? DROPS : LOAD);
        return new Evidence.Equivalence(
                id(),
                verdict(worse, margin, pairs.size()),
                "%.1f %% of the tokens would have to change expert for equal loads, at most %.1f %% in one window; %+.2f %% more find no slot"
                        .formatted(100 * load.value(), 100 * farthest, 100 * dropped.value()),
                byDrops ? "difference of the shares of dropped tokens" : "mean total-variation distance of the loads",
                Unit.RELATIVE,
                worse,
                margin,
                List.of(origin));
    }

    private static double severity(Estimate found, double margin) {
        return Math.abs(found.value()) / margin;
    }

    private static Verdict verdict(Estimate found, double margin, int pairs) {
        if (pairs >= Comparison.FEWEST_PAIRS && found.interval().outside(-margin, margin)) {
            return Verdict.FAIL;
        }
        double size = Math.abs(found.value()) / margin;
        return size > 2 ? Verdict.FAIL : size > 1 ? Verdict.WARN : Verdict.PASS;
    }

    private static Estimate estimate(List<Double> units) {
        return units.size() >= Comparison.FEWEST_PAIRS
                ? Means.ofUnits(units.stream().mapToDouble(Double::doubleValue).toArray())
                : new Estimate(
                        units.stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                        Interval.NONE,
                        units.size(),
                        Double.NaN,
                        Double.NaN,
                        Double.NaN);
    }

    /// Returns the mean over the layers of half the absolute differences of the experts' shares.
    private static double distance(List<Alignment.Steps> window) {
        int layers = window.getFirst().reference().expertCounts().size();
        double sum = 0;
        for (int layer = 0; layer < layers; layer++) {
            double[] a = shares(window, layer, Alignment.Steps::reference);
            double[] b = shares(window, layer, Alignment.Steps::candidate);
            for (int expert = 0; expert < Math.min(a.length, b.length); expert++) {
                sum += Math.abs(a[expert] - b[expert]) / 2 / layers;
            }
        }
        return sum;
    }

    private static double[] shares(
            List<Alignment.Steps> window, int layer, Function<Alignment.Steps, StepRecord> side) {
        double[] counts = new double
                [window.getFirst().reference().expertCounts().get(layer).size()];
        double total = 0;
        for (Alignment.Steps steps : window) {
            List<Integer> found = side.apply(steps).expertCounts().get(layer);
            for (int expert = 0; expert < Math.min(counts.length, found.size()); expert++) {
                counts[expert] += found.get(expert);
                total += found.get(expert);
            }
        }
        for (int expert = 0; expert < counts.length; expert++) {
            counts[expert] /= total;
        }
        return counts;
    }

    private static double dropRate(List<Alignment.Steps> steps, Function<Alignment.Steps, StepRecord> side) {
        double drops = 0;
        double tokens = 0;
        for (Alignment.Steps each : steps) {
            StepRecord step = side.apply(each);
            drops += Experts.drops(step);
            tokens += Experts.tokens(step);
        }
        return drops / tokens;
    }
}
