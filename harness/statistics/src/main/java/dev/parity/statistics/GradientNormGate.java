package dev.parity.statistics;

import dev.parity.statistics.internal.Holm;
import dev.parity.trace.Provenance;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The mean gradient norms of the steps that both sides took must be equivalent: the whole gradient's,
/// and each layer's. "All are equivalent" needs no correction; "some layer differs" is tested with
/// Holm's.
///
/// One run's layers wander: equal runs that round differently were seen 7 % apart in a layer over 400
/// steps, with an interval of 3 %. So a layer beyond the margin is a FAIL from three seeds on, where the
/// seed is the unit, and INCONCLUSIVE below.
///
/// @param margin relative difference of the means
record GradientNormGate(double margin) implements Gate {
    @Override
    public String id() {
        return "gradient-norm";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.OPTIMIZER);
    }

    /// What was found of one norm.
    private record Found(String name, Estimate estimate) {}

    @Override
    public Evidence judge(List<Pair> pairs) {
        List<Found> all = new ArrayList<>();
        for (String name : names(pairs)) {
            estimate(pairs, name).ifPresent(estimate -> all.add(new Found(name, estimate)));
        }
        if (all.isEmpty()) {
            return notJudged("no gradient norms are recorded on both sides");
        }
        for (Found each : all) {
            if (!Double.isFinite(each.estimate.value())) {
                return Evidence.rule(
                        id(),
                        Verdict.FAIL,
                        "a step that was not skipped has a gradient norm of %s that is not finite".formatted(each.name),
                        List.of());
            }
        }
        double[] adjusted =
                Holm.adjust(all.stream().mapToDouble(each -> each.estimate.p()).toArray());
        int worst = 0;
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            verdicts.add(verdict(all.get(i), adjusted[i], pairs.size()));
            int order = verdicts.get(i).compareTo(verdicts.get(worst));
            boolean larger = Math.abs(all.get(i).estimate.value())
                    > Math.abs(all.get(worst).estimate.value());
            worst = order > 0 || (order == 0 && larger) ? i : worst;
        }
        Found found = all.get(worst);
        String sentence = "of %d mean gradient norms the worst is %s: %+.2f %% [%+.2f, %+.2f]"
                .formatted(
                        all.size(),
                        found.name,
                        100 * found.estimate.value(),
                        100 * found.estimate.interval().low(),
                        100 * found.estimate.interval().high());
        return Evidence.equivalence(
                id(),
                verdicts.get(worst),
                sentence,
                "relative difference of a mean gradient norm",
                found.estimate.withP(adjusted[worst]),
                margin);
    }

    private Verdict verdict(Found found, double adjusted, int pairs) {
        if (found.name.equals(StepRecord.GLOBAL)) {
            return found.estimate.judge(margin, found.estimate.p());
        }
        if (pairs < Comparison.FEWEST_PAIRS) {
            return found.estimate.interval().inside(-margin, margin) ? Verdict.PASS : Verdict.INCONCLUSIVE;
        }
        return found.estimate.judgeOneOfMany(margin, adjusted);
    }

    private static SortedSet<String> names(List<Pair> pairs) {
        SortedSet<String> names = new TreeSet<>();
        pairs.forEach(pair -> pair.steps()
                .forEach(steps -> names.addAll(steps.reference().gradNorm().keySet())));
        return names;
    }

    /// Estimates the relative difference of a norm's means over the steps that both sides took.
    ///
    /// @return empty where a pair has fewer than two of it, or where it is negligible on both sides
    private static Optional<Estimate> estimate(List<Pair> pairs, String name) {
        List<double[]> references = new ArrayList<>();
        List<double[]> candidates = new ArrayList<>();
        boolean negligible = true;
        for (Pair pair : pairs) {
            List<Pair.Steps> steps = pair.steps().stream()
                    .filter(each ->
                            !each.reference().skipped() && !each.candidate().skipped())
                    .filter(each -> each.reference().gradNorm().containsKey(name)
                            && each.candidate().gradNorm().containsKey(name))
                    .toList();
            if (steps.size() < 2) {
                return Optional.empty();
            }
            List<StepRecord> reference =
                    steps.stream().map(Pair.Steps::reference).toList();
            List<StepRecord> candidate =
                    steps.stream().map(Pair.Steps::candidate).toList();
            negligible &= isNegligible(reference, name) && isNegligible(candidate, name);
            references.add(norms(reference, name));
            candidates.add(norms(candidate, name));
        }
        return negligible ? Optional.empty() : Optional.of(Estimate.ofPairs(references, candidates));
    }

    private static double[] norms(List<StepRecord> steps, String name) {
        return steps.stream()
                .mapToDouble(step -> step.gradNorm().getOrDefault(name, 0.0))
                .toArray();
    }

    private static boolean isNegligible(List<StepRecord> steps, String name) {
        double part = Arrays.stream(norms(steps, name)).sum();
        double whole = Arrays.stream(norms(steps, StepRecord.GLOBAL)).sum();
        return part <= FirstStepGate.NEGLIGIBLE * whole;
    }
}
