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
import dev.parity.statistics.estimators.Means;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Overall accuracies must be equivalent: by seed where there are several, else by item where predictions
/// are recorded, else as independent proportions.
public record AccuracyGate() implements Gate {
    private static final Margin ONE = new Margin("accuracy", "percentage points, below 8 pairs", 0);
    private static final Margin MANY = new Margin("accuracyOfMany", "percentage points, from 8 pairs on", 0);

    @Override
    public String id() {
        return "accuracy";
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
        List<String> origins = new ArrayList<>();
        double[] units = new double[pairs.size()];
        double meanReference = 0;
        double meanCandidate = 0;
        for (int k = 0; k < units.length; k++) {
            Optional<Evaluation> reference = Accuracies.last(pairs.get(k).reference());
            Optional<Evaluation> candidate = Accuracies.last(pairs.get(k).candidate());
            if (reference.isEmpty() || candidate.isEmpty()) {
                return notJudged("no evaluation is recorded on both sides");
            }
            Evaluation.Score a = overall(reference.get(), origins);
            Evaluation.Score b = overall(candidate.get(), origins);
            units[k] = b.midpoint() - a.midpoint();
            meanReference += a.midpoint() / units.length;
            meanCandidate += b.midpoint() / units.length;
        }
        Estimate found = units.length > 1 ? Means.ofUnits(units) : ofOne(pairs.getFirst());
        double margin = margins.of(units.length >= Accuracies.MANY ? MANY : ONE);
        Verdict verdict = found.judge(margin, found.p());
        String sentence = "accuracy %.2f %% against %.2f %%: %+.2f pp [%+.2f, %+.2f]"
                .formatted(
                        meanReference,
                        meanCandidate,
                        found.value(),
                        found.interval().low(),
                        found.interval().high());
        return new Evidence.Equivalence(
                id(),
                verdict,
                sentence,
                "difference of accuracy, percentage points",
                Unit.POINTS,
                found,
                margin,
                origins);
    }

    /// Compares one pair, both sides of which have an evaluation.
    private static Estimate ofOne(Alignment pair) {
        Evaluation a = pair.reference().evaluations().getLast();
        Evaluation b = pair.candidate().evaluations().getLast();
        return Accuracies.arePaired(a, b)
                ? Accuracies.paired(a, b, Accuracies.ALL)
                : Accuracies.independent(overall(a, new ArrayList<>()), overall(b, new ArrayList<>()));
    }

    private static Evaluation.Score overall(Evaluation evaluation, List<String> origins) {
        for (Evaluation.Rank rank : evaluation.ranks()) {
            String origin = rank.origin();
            if (origin != null) {
                origins.add(origin);
            }
        }
        return Accuracies.mean(
                evaluation.ranks().stream().map(Evaluation.Rank::overall).toList());
    }
}
