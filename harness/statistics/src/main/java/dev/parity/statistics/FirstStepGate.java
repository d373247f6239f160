package dev.parity.statistics;

import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// At the first step both sides hold equal weights: the loss and each layer's gradient norm may differ by
/// rounding only.
///
/// A loss that is off points to the forward pass; equal losses with a gradient that is off, to the
/// backward pass.
///
/// @param margin relative difference
record FirstStepGate(double margin) implements Gate {
    private static final String ID = "first-step";
    /// A gradient smaller than this share of the whole says nothing about a layer.
    private static final double NEGLIGIBLE = 1e-3;

    private record Gap(double difference, String where, String origin) {}

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        List<Gap> gaps = new ArrayList<>();
        for (Pair pair : pairs) {
            List<Pair.Steps> steps = pair.steps();
            if (steps.isEmpty() || steps.getFirst().reference().step() != 1) {
                return Evidence.rule(ID, Verdict.NOT_JUDGED, "the first step is not recorded on both sides", List.of());
            }
            StepRecord reference = steps.getFirst().reference();
            StepRecord candidate = steps.getFirst().candidate();
            String origin = Origins.step(pair.candidate(), 1);
            gaps.add(new Gap(relative(reference.meanLoss(), candidate.meanLoss()), "the loss (forward pass)", origin));
            double global = reference.gradNorm().getOrDefault(StepRecord.GLOBAL, 0.0);
            reference.gradNorm().forEach((name, norm) -> {
                double other = candidate.gradNorm().getOrDefault(name, Double.NaN);
                if (norm > NEGLIGIBLE * global || other > NEGLIGIBLE * global) {
                    gaps.add(new Gap(
                            relative(norm, other), "%s (backward pass)".formatted(label(name)), origin));
                }
            });
        }
        Gap worst = gaps.getFirst();
        for (Gap gap : gaps) {
            // NaN is worse than any number
            worst = Math.abs(gap.difference) <= Math.abs(worst.difference) ? worst : gap;
        }
        boolean equal = Math.abs(worst.difference) <= margin;
        String sentence = equal
                ? "at the first step the largest gap is %.3f %%, in %s".formatted(100 * worst.difference, worst.where)
                : "already at the first step %s is off by %.2f %%, though the weights are equal"
                        .formatted(worst.where, 100 * worst.difference);
        return new Evidence(
                ID,
                equal ? Verdict.PASS : Verdict.FAIL,
                sentence,
                "largest relative difference of loss and gradient norms at step 1",
                OptionalDouble.of(worst.difference),
                Optional.empty(),
                OptionalDouble.of(margin),
                gaps.size(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.of(margin),
                List.of(),
                List.of(worst.origin));
    }

    private static String label(String name) {
        return name.equals(StepRecord.GLOBAL) ? "the norm of the whole gradient" : "the gradient of " + name;
    }

    /// Equal values differ by nothing, infinite ones included.
    private static double relative(double reference, double candidate) {
        return reference == candidate ? 0 : candidate / reference - 1;
    }
}
