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
import dev.parity.statistics.detectors.EarlyStep;
import dev.parity.statistics.detectors.Rounding;
import dev.parity.statistics.estimators.Robust;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// In the steps after the first the weights are equal but for what rounding did to the updates: the gradient norms
/// may be a few roundings apart, and drift apart no faster than equal runs do. A fault of the optimizer begins here.
///
/// Two bounds hold: of the median over steps 2 to 8 of the median over the parameters, which a single token that
/// changes its expert does not move; and of all norms together in each step up to 20, which doubles every five steps
/// after the eighth. Of several pairs the geometric mean is judged, see [Flips].
public record EarlyStepsGate() implements Gate {
    private static final Margin TYPICAL =
            new Margin("earlySteps", "median gap of a gradient norm over steps 2 to 8, in roundings of the type", 0);
    private static final Margin TYPICAL_OF_MANY = new Margin("earlyStepsOfMany", "the same, from three seeds on", 0);
    private static final Margin EACH = new Margin(
            "earlyStep", "distance of all gradient norms in one of steps 2 to 8, in roundings of the type", 0);
    private static final Margin EACH_OF_MANY = new Margin("earlyStepOfMany", "the same, from three seeds on", 0);
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
        return List.of(TYPICAL, TYPICAL_OF_MANY, EACH, EACH_OF_MANY);
    }

    /// What is off in one pair.
    ///
    /// @param distance of the norms, relative
    /// @param bound of it
    /// @param n steps it was seen in
    /// @param when in words
    /// @param origin where the candidate's numbers stand
    private record Gap(double distance, double bound, int n, String when, String origin) {
        /// NaN is worse than any number.
        double severity() {
            return distance / bound;
        }

        Gap scaled(double severity) {
            return new Gap(severity * bound, bound, n, when, origin);
        }
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        boolean many = pairs.size() >= Comparison.FEWEST_PAIRS;
        double typical = margins.of(many ? TYPICAL_OF_MANY : TYPICAL);
        double each = margins.of(many ? EACH_OF_MANY : EACH);
        List<Gap> gaps = pairs.stream()
                .flatMap(pair -> gap(pair, typical, each).stream())
                .toList();
        if (gaps.isEmpty()) {
            return notJudged("the first steps are not recorded on both sides");
        }
        double severity = Flips.typical(gaps.stream().map(Gap::severity).toList());
        return finding(Flips.middle(gaps, Gap::severity).scaled(severity), Flips.verdict(severity, pairs.size()));
    }

    private static Optional<Gap> gap(Alignment pair, double mostTypical, double mostOfEach) {
        List<EarlyStep> steps = EarlyStep.of(pair, STEPS);
        double unit = Rounding.unit(pair.reference());
        List<Gap> gaps = new ArrayList<>();
        for (int i = 1; i < steps.size(); i++) {
            EarlyStep step = steps.get(i);
            double growth = Math.pow(2, Math.max(0, i + 1 - TYPICAL_STEPS) / DOUBLING);
            gaps.add(new Gap(
                    step.pooled(),
                    unit * mostOfEach * growth,
                    steps.size() - 1,
                    "at step %d".formatted(step.step()),
                    step.origin()));
        }
        if (steps.size() >= TYPICAL_STEPS) {
            List<EarlyStep> typical = steps.subList(1, TYPICAL_STEPS);
            EarlyStep first = typical.getFirst();
            gaps.add(new Gap(
                    Robust.median(
                            typical.stream().mapToDouble(EarlyStep::typical).toArray()),
                    unit * mostTypical,
                    typical.size(),
                    "from step %d on".formatted(first.step()),
                    first.origin()));
        }
        return gaps.stream().max(Comparator.comparingDouble(Gap::severity));
    }

    private Evidence finding(Gap gap, Verdict verdict) {
        return new Evidence.Equivalence(
                id(),
                verdict,
                verdict == Verdict.PASS
                        ? "in the first steps the gradients stay within rounding: at most %.2g %% apart, %s"
                                .formatted(100 * gap.distance, gap.when)
                        : "%s the gradients are %.2g %% apart, where rounding explains %.2g %%: the weights differ%s"
                                .formatted(gap.when, 100 * gap.distance, 100 * gap.bound, Flips.doubt(verdict)),
                "distance of all gradient norms over the whole gradient's",
                Unit.RELATIVE,
                new Estimate(gap.distance, Interval.NONE, gap.n, Double.NaN, Double.NaN, gap.bound),
                gap.bound,
                List.of(gap.origin));
    }
}
