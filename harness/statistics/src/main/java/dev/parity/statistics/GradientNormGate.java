package dev.parity.statistics;

import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;

/// The mean global gradient norms of the steps that both sides took must be equivalent.
///
/// @param margin relative difference of the means
record GradientNormGate(double margin) implements Gate {
    private static final String ID = "gradient-norm";

    @Override
    public Evidence judge(List<Pair> pairs, Comparability comparability) {
        List<double[]> references = new ArrayList<>();
        List<double[]> candidates = new ArrayList<>();
        for (Pair pair : pairs) {
            List<Pair.Steps> steps = pair.steps().stream()
                    .filter(each ->
                            !each.reference().skipped() && !each.candidate().skipped())
                    .filter(each -> each.reference().gradNorm().containsKey(StepRecord.GLOBAL)
                            && each.candidate().gradNorm().containsKey(StepRecord.GLOBAL))
                    .toList();
            if (steps.size() < 2) {
                return Evidence.rule(ID, Verdict.NOT_JUDGED, "no gradient norms are recorded on both sides", List.of());
            }
            double[] reference =
                    steps.stream().mapToDouble(each -> norm(each.reference())).toArray();
            double[] candidate =
                    steps.stream().mapToDouble(each -> norm(each.candidate())).toArray();
            references.add(reference);
            candidates.add(candidate);
        }
        Estimate found = Estimate.ofPairs(references, candidates);
        if (!Double.isFinite(found.value())) {
            return Evidence.rule(
                    ID, Verdict.FAIL, "a step that was not skipped has a gradient that is not finite", List.of());
        }
        Verdict verdict = found.judge(margin, found.p());
        String sentence = "the mean gradient norm of the candidate is %+.2f %% [%+.2f, %+.2f] off"
                .formatted(
                        100 * found.value(),
                        100 * found.interval().low(),
                        100 * found.interval().high());
        return Evidence.equivalence(ID, verdict, sentence, "relative difference of mean gradient norm", found, margin);
    }

    private static double norm(StepRecord step) {
        return step.gradNorm().getOrDefault(StepRecord.GLOBAL, Double.NaN);
    }
}
