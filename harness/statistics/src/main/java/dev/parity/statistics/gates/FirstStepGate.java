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
import dev.parity.trace.Provenance;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// At the first step both sides hold equal weights: the loss of each rank and each gradient norm may differ by
/// rounding only, and all norms together by less still, since the roundings of many layers do not agree.
///
/// A loss that is off points to the forward pass; equal losses with a gradient that is off, to the
/// backward pass. Of several pairs the geometric mean is judged, see [Flips].
public record FirstStepGate() implements Gate {
    private static final Margin LARGEST =
            new Margin("firstStep", "largest gap of a loss or gradient norm at step 1, in roundings of the type", 0);
    private static final Margin LARGEST_OF_MANY = new Margin("firstStepOfMany", "the same, from three seeds on", 0);
    private static final Margin POOLED =
            new Margin("firstStepPooled", "distance of all gradient norms at step 1, in roundings of the type", 0);

    /// What is off.
    ///
    /// @param difference that is judged
    /// @param shown plain relative difference; of a tiny norm it is larger than what is judged
    /// @param bound of the difference
    /// @param where in words
    /// @param origin where the candidate's number stands
    private record Gap(double difference, double shown, double bound, String where, String origin) {
        Gap(double difference, double bound, String where, String origin) {
            this(difference, difference, bound, where, origin);
        }

        /// NaN is worse than any number.
        double severity() {
            return Math.abs(difference) / bound;
        }

        Gap scaled(double severity) {
            double factor = severity() == 0 ? 1 : severity / severity();
            return new Gap(factor * difference, factor * shown, bound, where, origin);
        }
    }

    @Override
    public String id() {
        return "first-step";
    }

    @Override
    public Basis basis() {
        return Basis.equal(
                Provenance.SEED,
                Provenance.DATA_ORDER,
                Provenance.INITIAL_WEIGHTS,
                Provenance.PROGRAM,
                Provenance.DTYPE);
    }

    @Override
    public List<Margin> margins() {
        return List.of(LARGEST, LARGEST_OF_MANY, POOLED);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double largest = margins.of(pairs.size() < Comparison.FEWEST_PAIRS ? LARGEST : LARGEST_OF_MANY);
        List<Gap> worst = new ArrayList<>();
        for (Alignment pair : pairs) {
            List<EarlyStep> first = EarlyStep.of(pair, 1);
            if (first.isEmpty()) {
                return notJudged("no first step with equal weights is recorded on both sides");
            }
            double unit = Rounding.unit(pair.reference());
            worst.add(worst(first.getFirst(), unit * largest, unit * margins.of(POOLED)));
        }
        double severity = Flips.typical(worst.stream().map(Gap::severity).toList());
        Gap gap = Flips.middle(worst, Gap::severity).scaled(severity);
        Verdict verdict = Flips.verdict(severity, pairs.size());
        String sentence = verdict == Verdict.PASS
                ? "at the first step the largest gap is %.3f %%, in %s".formatted(100 * gap.difference, gap.where)
                : "already at the first step %s is off by %.3g %%, though the weights are equal; rounding explains %.3g %%%s"
                        .formatted(gap.where, 100 * gap.shown, 100 * gap.bound, Flips.doubt(verdict));
        return new Evidence.Equivalence(
                id(),
                verdict,
                sentence,
                "largest relative difference of losses and gradient norms at step 1",
                Unit.RELATIVE,
                new Estimate(gap.difference, Interval.NONE, pairs.size(), Double.NaN, Double.NaN, gap.bound),
                gap.bound,
                List.of(gap.origin));
    }

    /// Finds what is off most in a pair; one number that is off says more than all of them together.
    private static Gap worst(EarlyStep step, double largest, double together) {
        List<Gap> gaps = new ArrayList<>();
        collect(step, largest, gaps);
        Gap worst = gaps.stream().max(Comparator.comparingDouble(Gap::severity)).orElseThrow();
        Gap pooled =
                new Gap(step.pooled(), together, "the distance of all gradient norms (backward pass)", step.origin());
        return worst.severity() <= 1 && !(pooled.severity() <= 1) ? pooled : worst;
    }

    private static void collect(EarlyStep step, double bound, List<Gap> gaps) {
        for (int rank = 0; rank < step.ranks().size(); rank++) {
            gaps.add(new Gap(
                    step.ranks().get(rank),
                    bound,
                    "the loss of rank %d (forward pass)".formatted(rank),
                    step.origin()));
        }
        step.norms()
                .forEach((name, gap) -> gaps.add(new Gap(
                        gap,
                        plain(step, name, gap),
                        bound,
                        "%s (backward pass)".formatted(label(name)),
                        step.origin())));
    }

    private static double plain(EarlyStep step, String name, double gap) {
        double ratio = step.ratios().getOrDefault(name, Double.NaN);
        return Double.isFinite(ratio) ? ratio - 1 : gap;
    }

    private static String label(String name) {
        return name.equals(StepRecord.GLOBAL) ? "the norm of the whole gradient" : "the gradient of " + name;
    }
}
