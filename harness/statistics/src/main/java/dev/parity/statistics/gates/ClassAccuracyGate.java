package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.estimators.Accuracies;
import dev.parity.statistics.estimators.Holm;
import dev.parity.statistics.estimators.Means;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The accuracy on each class must be equivalent. "All are equivalent" needs no correction; "some differ"
/// is tested with Holm's.
public record ClassAccuracyGate() implements Gate {
    private static final Margin ONE = new Margin("classAccuracy", "percentage points, each class, below 8 pairs", 0);
    private static final Margin MANY =
            new Margin("classAccuracyOfMany", "percentage points, each class, from 8 pairs on", 0);

    @Override
    public String id() {
        return "class-accuracy";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.EVALUATION_MODE);
    }

    @Override
    public List<Margin> margins() {
        return List.of(ONE, MANY);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        Map<String, List<Evaluation.Score>> reference = new LinkedHashMap<>();
        Map<String, List<Evaluation.Score>> candidate = new LinkedHashMap<>();
        for (Alignment pair : pairs) {
            collect(Accuracies.last(pair.reference()), reference);
            collect(Accuracies.last(pair.candidate()), candidate);
        }
        if (reference.isEmpty() || !reference.keySet().equals(candidate.keySet())) {
            return notJudged("per-class accuracies are not recorded for the same classes");
        }
        double margin = margins.of(pairs.size() >= Accuracies.MANY ? MANY : ONE);
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
        double detectable =
                found.stream().mapToDouble(Estimate::detectable).max().orElse(Double.NaN);
        Estimate whole = new Estimate(
                largest.value(), largest.interval(), names.size(), Double.NaN, adjusted[worst], detectable);
        return new Evidence.Parts(
                new Evidence.Equivalence(
                        id(),
                        verdict,
                        sentence,
                        "largest difference of a class's accuracy, percentage points",
                        Unit.POINTS,
                        whole,
                        margin,
                        List.of()),
                parts);
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
            List<Alignment> pairs, int label, List<Evaluation.Score> reference, List<Evaluation.Score> candidate) {
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
        return Means.ofUnits(units);
    }

    private static double mean(List<Evaluation.Score> scores) {
        return scores.stream().mapToDouble(Evaluation.Score::midpoint).average().orElse(Double.NaN);
    }
}
