package dev.parity.trace.internal.logs;

import dev.parity.trace.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The evaluations of a log. Within one, ranks repeat each other's lines; training between accuracy lines
/// begins another.
final class LogEvaluations {
    private final List<Evaluation> whole = new ArrayList<>();
    private final List<Evaluation.Score> overall = new ArrayList<>();
    private final List<String> origins = new ArrayList<>();
    private final List<Map<String, Evaluation.Score>> classes = new ArrayList<>();
    private final Map<String, Integer> ranksOfClass = new HashMap<>();
    private long step;

    /// Hears that training went on.
    ///
    /// @param now step that was printed
    void trained(long now) {
        end();
        step = now;
    }

    void overall(Evaluation.Score score, String origin) {
        overall.add(score);
        origins.add(origin);
    }

    /// Adds a class; ranks may interleave: a line belongs to the first rank that lacks its class.
    void ofClass(String label, Evaluation.Score score) {
        int rank = ranksOfClass.merge(label, 1, Integer::sum) - 1;
        if (rank == classes.size()) {
            classes.add(new LinkedHashMap<>());
        }
        classes.get(rank).put(label, score);
    }

    /// Ends the log.
    ///
    /// @return its evaluations, each with the step printed last before it
    List<Evaluation> all() {
        end();
        return whole;
    }

    private void end() {
        if (!overall.isEmpty() || !classes.isEmpty()) {
            whole.add(new Evaluation(step, "", List.of(), ranks()));
        }
        overall.clear();
        origins.clear();
        classes.clear();
        ranksOfClass.clear();
    }

    private List<Evaluation.Rank> ranks() {
        List<Evaluation.Rank> ranks = new ArrayList<>();
        for (int rank = 0; rank < Math.max(overall.size(), classes.size()); rank++) {
            boolean known = rank < overall.size();
            Evaluation.Score score = known ? overall.get(rank) : new Evaluation.Score(Double.NaN, 0, 0);
            List<Evaluation.ClassScore> scores = new ArrayList<>();
            if (rank < classes.size()) {
                // CIFAR-10's test set holds each class equally often
                int items = score.items() / classes.get(rank).size();
                classes.get(rank)
                        .forEach((label, found) -> scores.add(new Evaluation.ClassScore(
                                label, new Evaluation.Score(found.percent(), found.quantum(), items))));
            }
            ranks.add(new Evaluation.Rank(rank, score, scores, List.of(), known ? origins.get(rank) : null));
        }
        return ranks;
    }
}
