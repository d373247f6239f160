package dev.parity.statistics.detectors;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.estimators.Accuracies;
import dev.parity.trace.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// How well each class is told, in percent, averaged over pairs and ranks; and how often one class is taken for
/// another, where predictions are recorded.
///
/// @param names of the classes
/// @param reference accuracy of each
/// @param candidate accuracy of each
/// @param taken share of the items of a class (first index) that the candidate takes for another, percent; empty
///     where no predictions are recorded
public record ClassProfile(
        List<String> names, List<Double> reference, List<Double> candidate, List<List<Double>> taken) {
    /// Copies the lists.
    public ClassProfile {
        names = List.copyOf(names);
        reference = List.copyOf(reference);
        candidate = List.copyOf(candidate);
        taken = List.copyOf(taken);
    }

    /// Two classes and what swapping them brings.
    ///
    /// @param first name
    /// @param second name
    /// @param gain percentage points that each of both comes nearer, on average
    public record Swap(String first, String second, double gain) {}

    /// Returns the largest standard error of a class's difference.
    ///
    /// @param pairs that were read
    /// @return percentage points; 0 where the numbers of items are unknown
    public static double standardError(List<Alignment> pairs) {
        int fewest = pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .flatMap(run -> Accuracies.last(run).stream())
                .flatMap(evaluation -> evaluation.ranks().stream())
                .flatMap(rank -> rank.classes().stream())
                .mapToInt(each -> each.score().items())
                .min()
                .orElse(0);
        // of two shares near a half
        return fewest == 0 ? 0 : 100 * Math.sqrt(0.5 / fewest / pairs.size());
    }

    /// Reads the last evaluations.
    ///
    /// @param pairs one for each seed
    /// @return empty where a side has fewer than two classes or the classes differ
    public static Optional<ClassProfile> of(List<Alignment> pairs) {
        Map<String, Double> reference = new LinkedHashMap<>();
        Map<String, Double> candidate = new LinkedHashMap<>();
        List<double[][]> taken = new ArrayList<>();
        for (Alignment pair : pairs) {
            Optional<Evaluation> a = Accuracies.last(pair.reference());
            Optional<Evaluation> b = Accuracies.last(pair.candidate());
            if (a.isEmpty() || b.isEmpty()) {
                return Optional.empty();
            }
            add(a.get(), pairs.size(), reference);
            add(b.get(), pairs.size(), candidate);
            confusion(b.get(), reference.size()).ifPresent(taken::add);
        }
        if (reference.size() < 2 || !reference.keySet().equals(candidate.keySet())) {
            return Optional.empty();
        }
        return Optional.of(new ClassProfile(
                List.copyOf(reference.keySet()),
                List.copyOf(reference.values()),
                reference.keySet().stream().map(candidate::get).toList(),
                taken.size() == pairs.size() ? mean(taken) : List.of()));
    }

    /// Finds the two classes whose swap fits best: the labels, where predictions are recorded, else the reference's
    /// accuracies.
    ///
    /// @return the swap, even if it brings less than nothing
    public Swap bestSwap() {
        Swap best = new Swap("", "", Double.NEGATIVE_INFINITY);
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                double gain = taken.isEmpty() ? ofAccuracies(i, j) : ofPredictions(i, j);
                if (gain > best.gain) {
                    best = new Swap(names.get(i), names.get(j), gain);
                }
            }
        }
        return best;
    }

    private double ofAccuracies(int i, int j) {
        double apart = Math.abs(candidate.get(i) - reference.get(i)) + Math.abs(candidate.get(j) - reference.get(j));
        double swapped = Math.abs(candidate.get(j) - reference.get(i)) + Math.abs(candidate.get(i) - reference.get(j));
        return (apart - swapped) / 2;
    }

    private double ofPredictions(int i, int j) {
        return (taken.get(i).get(j)
                        + taken.get(j).get(i)
                        - taken.get(i).get(i)
                        - taken.get(j).get(j))
                / 2;
    }

    private static void add(Evaluation evaluation, int pairs, Map<String, Double> target) {
        double ranks = evaluation.ranks().size();
        evaluation
                .ranks()
                .forEach(rank -> rank.classes()
                        .forEach(each ->
                                target.merge(each.name(), each.score().midpoint() / ranks / pairs, Double::sum)));
    }

    /// Counts what the items of each class were taken for, in percent of the class.
    private static Optional<double[][]> confusion(Evaluation evaluation, int classes) {
        double[][] shares = new double[classes][classes];
        double[] items = new double[classes];
        for (Evaluation.Rank rank : evaluation.ranks()) {
            if (rank.predictions().isEmpty()
                    || rank.predictions().size() != evaluation.labels().size()) {
                return Optional.empty();
            }
            for (int item = 0; item < evaluation.labels().size(); item++) {
                int label = evaluation.labels().get(item);
                int prediction = rank.predictions().get(item);
                if (Math.min(label, prediction) < 0 || Math.max(label, prediction) >= classes) {
                    return Optional.empty();
                }
                shares[label][prediction]++;
                items[label]++;
            }
        }
        for (int label = 0; label < classes; label++) {
            for (int k = 0; k < classes; k++) {
                shares[label][k] *= items[label] == 0 ? 0 : 100 / items[label];
            }
        }
        return Optional.of(shares);
    }

    private static List<List<Double>> mean(List<double[][]> shares) {
        int classes = shares.getFirst().length;
        return IntStream.range(0, classes)
                .mapToObj(i -> IntStream.range(0, classes)
                        .mapToObj(j -> shares.stream()
                                .mapToDouble(each -> each[i][j])
                                .average()
                                .orElseThrow())
                        .toList())
                .toList();
    }
}
