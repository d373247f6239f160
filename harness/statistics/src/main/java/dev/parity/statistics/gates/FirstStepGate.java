package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Verdict;
import dev.parity.trace.Provenance;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// At the first step both sides hold equal weights: the loss and each layer's gradient norm may differ by
/// rounding only.
///
/// A loss that is off points to the forward pass; equal losses with a gradient that is off, to the
/// backward pass.
public record FirstStepGate() implements Gate {
    private static final Margin MARGIN =
            new Margin("firstStep", "relative difference of loss and gradient norms at step 1", 0);

    /// A gradient smaller than this share of the whole says nothing about a layer.
    static final double NEGLIGIBLE = 1e-3;

    private record Gap(double difference, String where, String origin) {}

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
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double margin = margins.of(MARGIN);
        List<Gap> gaps = new ArrayList<>();
        for (Alignment pair : pairs) {
            List<Alignment.Steps> steps = pair.steps();
            if (steps.isEmpty() || steps.getFirst().reference().step() != 1) {
                return notJudged("the first step is not recorded on both sides");
            }
            // while both sides skip, their weights stay equal
            Optional<Alignment.Steps> first = steps.stream()
                    .filter(each ->
                            !each.reference().skipped() || !each.candidate().skipped())
                    .findFirst();
            if (first.isEmpty()
                    || first.get().reference().skipped()
                    || first.get().candidate().skipped()) {
                return notJudged("no step was taken by both sides with equal weights");
            }
            collect(first.get(), pair, gaps);
        }
        Gap worst = gaps.getFirst();
        for (Gap gap : gaps) {
            // NaN is worse than any number
            worst = Double.compare(Math.abs(gap.difference), Math.abs(worst.difference)) > 0 ? gap : worst;
        }
        boolean equal = Math.abs(worst.difference) <= margin;
        String sentence = equal
                ? "at the first step the largest gap is %.3f %%, in %s".formatted(100 * worst.difference, worst.where)
                : "already at the first step %s is off by %.2f %%, though the weights are equal"
                        .formatted(worst.where, 100 * worst.difference);
        return new Evidence.Equivalence(
                id(),
                equal ? Verdict.PASS : Verdict.FAIL,
                sentence,
                "largest relative difference of loss and gradient norms at step 1",
                new Estimate(worst.difference, Interval.NONE, gaps.size(), Double.NaN, Double.NaN, margin),
                margin,
                List.of(worst.origin));
    }

    private static void collect(Alignment.Steps steps, Alignment pair, List<Gap> gaps) {
        StepRecord reference = steps.reference();
        StepRecord candidate = steps.candidate();
        String origin = pair.candidate().origin(candidate.step());
        gaps.add(new Gap(relative(reference.meanLoss(), candidate.meanLoss()), "the loss (forward pass)", origin));
        double global = reference.gradNorm().getOrDefault(StepRecord.GLOBAL, 0.0);
        Set<String> names = new TreeSet<>(reference.gradNorm().keySet());
        names.addAll(candidate.gradNorm().keySet());
        for (String name : names) {
            double norm = reference.gradNorm().getOrDefault(name, Double.NaN);
            double other = candidate.gradNorm().getOrDefault(name, Double.NaN);
            boolean negligible = norm <= NEGLIGIBLE * global && other <= NEGLIGIBLE * global;
            if (!negligible) {
                gaps.add(new Gap(relative(norm, other), "%s (backward pass)".formatted(label(name)), origin));
            }
        }
    }

    private static String label(String name) {
        return name.equals(StepRecord.GLOBAL) ? "the norm of the whole gradient" : "the gradient of " + name;
    }

    /// Equal values differ by nothing, infinite ones included.
    private static double relative(double reference, double candidate) {
        return reference == candidate ? 0 : candidate / reference - 1;
    }
}
