package dev.parity.statistics.gates;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Gate;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Margin;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.estimators.Accuracies;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import java.util.List;
import java.util.Optional;

/// The final accuracies are near each other, on average over the pairs and without regard to chance: a rule of
/// published profiles.
public record FinalAccuracyGate() implements Gate {
    private static final Margin MARGIN = new Margin("finalAccuracy", "percentage points of the final accuracy", 0);

    @Override
    public String id() {
        return "final-accuracy";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.EVALUATION_MODE);
    }

    @Override
    public List<Margin> margins() {
        return List.of(MARGIN);
    }

    @Override
    public Evidence judge(List<Alignment> pairs, Margins margins) {
        double difference = 0;
        for (Alignment pair : pairs) {
            Optional<Evaluation> reference = Accuracies.last(pair.reference());
            Optional<Evaluation> candidate = Accuracies.last(pair.candidate());
            if (reference.isEmpty() || candidate.isEmpty()) {
                return notJudged("no evaluation is recorded on both sides");
            }
            difference += (overall(candidate.get()) - overall(reference.get())) / pairs.size();
        }
        double margin = margins.of(MARGIN);
        return new Evidence.Equivalence(
                id(),
                Math.abs(difference) <= margin ? Verdict.PASS : Verdict.FAIL,
                "the final accuracies are %+.2f pp apart; the rule allows %.3g pp".formatted(difference, margin),
                "difference of the final accuracies, percentage points",
                Unit.POINTS,
                new Estimate(difference, Interval.NONE, pairs.size(), Double.NaN, Double.NaN, margin),
                margin,
                List.of());
    }

    private static double overall(Evaluation evaluation) {
        return Accuracies.mean(evaluation.ranks().stream()
                        .map(Evaluation.Rank::overall)
                        .toList())
                .midpoint();
    }
}
