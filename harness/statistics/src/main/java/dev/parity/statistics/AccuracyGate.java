package dev.parity.statistics;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Overall accuracies must be equivalent: by seed where there are several, else by item where predictions
/// are recorded, else as independent proportions.
///
/// @param one percentage points, below 8 pairs
/// @param many percentage points, from 8 pairs on
record AccuracyGate(double one, double many) implements Gate {
    @Override
    public String id() {
        return "accuracy";
    }

    @Override
    public Basis basis() {
        return Basis.alike(Provenance.EVALUATION_MODE);
    }

    @Override
    public Evidence judge(List<Pair> pairs) {
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
        Estimate found = units.length > 1 ? Estimate.ofUnits(units) : ofOne(pairs.getFirst());
        double margin = units.length >= Accuracies.MANY ? many : one;
        Verdict verdict = found.judge(margin, found.p());
        String sentence = "accuracy %.2f %% against %.2f %%: %+.2f pp [%+.2f, %+.2f]"
                .formatted(
                        meanReference,
                        meanCandidate,
                        found.value(),
                        found.interval().low(),
                        found.interval().high());
        return Evidence.equivalence(id(), verdict, sentence, "difference of accuracy, percentage points", found, margin)
                .withOrigins(origins);
    }

    /// Compares one pair, both sides of which have an evaluation.
    private static Estimate ofOne(Pair pair) {
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
