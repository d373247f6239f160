package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.detectors.EarlyStep;
import dev.parity.statistics.detectors.Rounding;
import dev.parity.statistics.estimators.Robust;
import java.util.List;

/// In the steps after the first the weights are equal but for what rounding did to the updates: the gradient norms
/// may be a few roundings apart, and drift apart no faster than equal runs do. A fault of the optimizer begins here.
///
/// Two bounds hold: of the median over steps 2 to 8 of the median over the parameters, which a single token that
/// changes its expert does not move; and of all norms together in each step up to 20, which doubles every five steps
/// after the eighth.
public record EarlyStepsGate() implements Gate {
    private static final Margin TYPICAL =
            new Margin("earlySteps", "median gap of a gradient norm over steps 2 to 8, in roundings of the type", 0);
    private static final Margin EACH = new Margin(
            "earlyStep", "distance of all gradient norms in one of steps 2 to 8, in roundings of the type", 0);
    private static final int TYPICAL_STEPS = 8;
    private static final int STEPS = 20;
    private static final double DOUBLING = 5;

    @Override
    public String id() {
        return "early-steps";
    }

    @Override
    public Basis basis() {
        return new FirstStepGate().basis();
    }

    @Override
    public List<Margin> margins() {
        return List.of(TYPICAL, EACH);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Evidence worst = notJudged("the first steps are not recorded on both sides");
        double severity = -1;
        for (Alignment pair : pairs) {
            List<EarlyStep> steps = EarlyStep.of(pair, STEPS);
            double unit = Rounding.unit(pair.reference());
            for (int i = 1; i < steps.size(); i++) {
                double growth = Math.pow(2, Math.max(0, i + 1 - TYPICAL_STEPS) / DOUBLING);
                double bound = unit * margins.of(EACH) * growth;
                double ratio = steps.get(i).pooled() / bound;
                if (Double.compare(ratio, severity) > 0) {
                    severity = ratio;
                    worst = finding(
                            steps.get(i).pooled(),
                            bound,
                            steps.size() - 1,
                            "at step %d".formatted(steps.get(i).step()),
                            steps.get(i).origin());
                }
            }
            if (steps.size() >= TYPICAL_STEPS) {
                List<EarlyStep> typical = steps.subList(1, TYPICAL_STEPS);
                double median = Robust.median(
                        typical.stream().mapToDouble(EarlyStep::typical).toArray());
                double bound = unit * margins.of(TYPICAL);
                if (Double.compare(median / bound, severity) > 0) {
                    severity = median / bound;
                    EarlyStep first = typical.getFirst();
                    worst = finding(
                            median, bound, typical.size(), "from step %d on".formatted(first.step()), first.origin());
                }
            }
        }
        return worst;
    }

    private Evidence finding(double distance, double bound, int n, String when, String origin) {
        boolean equal = distance <= bound;
        return new Evidence.Equivalence(
                id(),
                equal ? Verdict.PASS : Verdict.FAIL,
                equal
                        ? "in the first steps the gradients stay within rounding: at most %.2g %% apart, %s"
                                .formatted(100 * distance, when)
                        : "%s the gradients are %.2g %% apart, where rounding explains %.2g %%: the weights differ"
                                .formatted(when, 100 * distance, 100 * bound),
                "distance of all gradient norms over the whole gradient's",
                new Estimate(distance, Interval.NONE, n, Double.NaN, Double.NaN, bound),
                bound,
                List.of(origin));
    }
}
