package dev.parity.statistics;

import dev.parity.statistics.internal.Holm;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// The accuracy on each class must be equivalent. "All are equivalent" needs no correction; "some differ"
/// is tested with Holm's.
///
/// @param one percentage points, below 8 pairs
/// @param many percentage points, from 8 pairs on
record ClassAccuracyGate(double one, double many) implements Gate {
    @Override
    public String id() {
        return "class-accuracy";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.EVALUATION_MODE);
    }

    @Override
    public Evidence judge(List<Pair> pairs) {
        Map<String, List<Evaluation.Score>> reference = new LinkedHashMap<>();
        Map<String, List<Evaluation.Score>> candidate = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            collect(Accuracies.last(pair.reference()), reference);
            collect(Accuracies.last(pair.candidate()), candidate);
        }
        if (reference.isEmpty() || !reference.keySet().equals(candidate.keySet())) {
            return notJudged("per-class accuracies are not recorded for the same classes");
        }
        double margin = pairs.size() >= Accuracies.MANY ? many : one;
        List<String> names = List.copyOf(reference.keySet());
        List<Estimate> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            found.add(estimate(
                    pairs,
                    i,
                    reference.getOrDefault(names.get(i), List.of()),
                    candidate.getOrDefault(names.get(i), List.of())));
        }
        double[] adjusted = Holm.adjust(found.stream().mapToDouble(Estimate::p).toArray());
        List<Evidence.Part> parts = new ArrayList<>();
        int worst = 0;
        for (int i = 0; i < names.size(); i++) {
            Estimate estimate = found.get(i);
            worst = Math.abs(estimate.value()) > Math.abs(found.get(worst).value()) ? i : worst;
            parts.add(new Evidence.Part(
                    names.get(i),
                    estimate.judgeOneOfMany(margin, adjusted[i]),
                    mean(reference.getOrDefault(names.get(i), List.of())),
                    mean(candidate.getOrDefault(names.get(i), List.of())),
                    estimate.value(),
                    estimate.interval(),
                    adjusted[i]));
        }
        Verdict verdict =
                Verdict.worst(parts.stream().map(Evidence.Part::verdict).toList());
        List<String> differing = parts.stream()
                .filter(part -> part.p() < 0.05)
                .map(Evidence.Part::name)
                .toList();
        Estimate largest = found.get(worst);
        String sentence = "%s; the largest difference is %s: %+.1f pp [%+.1f, %+.1f]"
                .formatted(
                        differing.isEmpty()
                                ? "no class differs significantly (Holm)"
                                : "classes that differ (Holm): " + String.join(", ", differing),
                        names.get(worst),
                        largest.value(),
                        largest.interval().low(),
                        largest.interval().high());
        return new Evidence(
                id(),
                verdict,
                sentence,
                "largest difference of a class's accuracy, percentage points",
                OptionalDouble.of(largest.value()),
                Optional.of(largest.interval()),
                OptionalDouble.of(margin),
                names.size(),
                OptionalDouble.empty(),
                OptionalDouble.of(adjusted[worst]),
                OptionalDouble.of(
                        found.stream().mapToDouble(Estimate::detectable).max().orElse(Double.NaN)),
                parts,
                List.of());
    }

    /// Adds each class's accuracy over the ranks of one run.
    private static void collect(Optional<Evaluation> evaluation, Map<String, List<Evaluation.Score>> target) {
        Map<String, List<Evaluation.Score>> ranks = new LinkedHashMap<>();
        evaluation.ifPresent(found -> found.ranks()
                .forEach(rank -> rank.classes()
                        .forEach(each -> ranks.computeIfAbsent(each.name(), _ -> new ArrayList<>())
                                .add(each.score()))));
        ranks.forEach((name, scores) ->
                target.computeIfAbsent(name, _ -> new ArrayList<>()).add(Accuracies.mean(scores)));
    }

    private static Estimate estimate(
            List<Pair> pairs, int label, List<Evaluation.Score> reference, List<Evaluation.Score> candidate) {
        int seeds = Math.min(reference.size(), candidate.size());
        if (seeds == 1) {
            Optional<Evaluation> a = Accuracies.last(pairs.getFirst().reference());
            Optional<Evaluation> b = Accuracies.last(pairs.getFirst().candidate());
            // in train mode the classes' figures are of another pass than the predictions
            boolean paired = a.isPresent()
                    && b.isPresent()
                    && !a.get().mode().equals("train")
                    && Accuracies.arePaired(a.get(), b.get());
            return paired
                    ? Accuracies.paired(a.get(), b.get(), label)
                    : Accuracies.independent(reference.getFirst(), candidate.getFirst());
        }
        double[] units = new double[seeds];
        for (int k = 0; k < seeds; k++) {
            units[k] = candidate.get(k).midpoint() - reference.get(k).midpoint();
        }
        return Estimate.ofUnits(units);
    }

    private static double mean(List<Evaluation.Score> scores) {
        return scores.stream().mapToDouble(Evaluation.Score::midpoint).average().orElse(Double.NaN);
    }
}
