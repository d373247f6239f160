package dev.parity.statistics.estimators;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Interval;
import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import java.util.List;
import java.util.Optional;

/// Differences of accuracies in percentage points.
public final class Accuracies {
    /// From this number of pairs on the finer margins hold.
    public static final int MANY = 8;

    private Accuracies() {}

    /// Returns a run's last evaluation.
    ///
    /// @param run recorded or of a log
    /// @return empty if it has none
    public static Optional<Evaluation> last(RunTrace run) {
        return run.evaluations().isEmpty()
                ? Optional.empty()
                : Optional.of(run.evaluations().getLast());
    }

    /// Returns the accuracy over all ranks: the mean of the possible values' middles, the widest reading
    /// error.
    ///
    /// @param ranks scores of each rank
    /// @return their mean
    public static Evaluation.Score mean(List<Evaluation.Score> ranks) {
        double percent =
                ranks.stream().mapToDouble(Evaluation.Score::midpoint).average().orElse(Double.NaN);
        double quantum =
                ranks.stream().mapToDouble(Evaluation.Score::quantum).max().orElse(0);
        int items = ranks.stream().mapToInt(Evaluation.Score::items).min().orElse(0);
        return new Evaluation.Score(percent - quantum / 2, quantum, items);
    }

    /// Estimates a difference from one pair of independent accuracies, widened by what the printing hides.
    ///
    /// @param reference a score
    /// @param candidate a score
    /// @return the difference in percentage points
    public static Estimate independent(Evaluation.Score reference, Evaluation.Score candidate) {
        double a = reference.midpoint() / 100;
        double b = candidate.midpoint() / 100;
        Proportions.Found found = Proportions.independent(a, reference.items(), b, candidate.items(), 0.9);
        double reading = (reference.quantum() + candidate.quantum()) / 2;
        return estimate(100 * (b - a), found, reading, Math.min(reference.items(), candidate.items()));
    }

    /// Every class.
    public static final int ALL = -1;

    /// Estimates a difference from what both sides predicted for the same items, averaged over ranks.
    ///
    /// @param reference an evaluation
    /// @param candidate an evaluation of the same items, [#arePaired]
    /// @param label class whose items count, or [#ALL]
    /// @return the difference in percentage points
    public static Estimate paired(Evaluation reference, Evaluation candidate, int label) {
        if (samePredictions(reference, candidate)) {
            int n = reference.labels().size();
            return new Estimate(0, new Interval(0, 0), n, n, 1, 0);
        }
        double both = 0;
        double onlyReference = 0;
        double onlyCandidate = 0;
        double items = 0;
        int ranks = Math.min(reference.ranks().size(), candidate.ranks().size());
        for (int rank = 0; rank < ranks; rank++) {
            List<Integer> a = reference.ranks().get(rank).predictions();
            List<Integer> b = candidate.ranks().get(rank).predictions();
            for (int item = 0; item < reference.labels().size(); item++) {
                if (label != ALL && reference.labels().get(item) != label) {
                    continue;
                }
                items += 1.0 / ranks;
                boolean rightA = a.get(item).equals(reference.labels().get(item));
                boolean rightB = b.get(item).equals(reference.labels().get(item));
                both += rightA && rightB ? 1.0 / ranks : 0;
                onlyReference += rightA && !rightB ? 1.0 / ranks : 0;
                onlyCandidate += rightB && !rightA ? 1.0 / ranks : 0;
            }
        }
        Proportions.Found found = Proportions.paired(
                both, onlyReference, onlyCandidate, items - both - onlyReference - onlyCandidate, 0.9);
        return estimate(100 * (onlyCandidate - onlyReference) / items, found, 0, (int) Math.round(items));
    }

    /// Equal predictions for every item leave nothing to infer, however few the items are.
    private static boolean samePredictions(Evaluation reference, Evaluation candidate) {
        return reference.ranks().stream()
                .map(Evaluation.Rank::predictions)
                .toList()
                .equals(candidate.ranks().stream()
                        .map(Evaluation.Rank::predictions)
                        .toList());
    }

    /// Tells whether both sides recorded what they predicted for the same items.
    ///
    /// @param reference an evaluation
    /// @param candidate an evaluation
    /// @return whether [#paired] can compare them
    public static boolean arePaired(Evaluation reference, Evaluation candidate) {
        int items = reference.labels().size();
        return items > 0
                && reference.labels().equals(candidate.labels())
                && !reference.ranks().isEmpty()
                && reference.ranks().size() == candidate.ranks().size()
                && reference.ranks().stream()
                        .allMatch(rank -> rank.predictions().size() == items)
                && candidate.ranks().stream()
                        .allMatch(rank -> rank.predictions().size() == items);
    }

    private static Estimate estimate(double difference, Proportions.Found found, double reading, int items) {
        Interval interval = new Interval(100 * found.low() - reading, 100 * found.high() + reading);
        // half of a 90 % interval is 1.645 standard errors; 1.645 + 1.960 of them are found 95 % of the
        // time
        double detectable = (interval.high() - interval.low()) / 2 / 1.6449 * (1.6449 + 1.96);
        return new Estimate(difference, interval, items, items, found.p(), detectable);
    }
}
