package dev.parity.statistics.suspects;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.SuspectFinder;
import dev.parity.statistics.Suspicion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Ranks suspects by their strongest clues: of each pair the strongest counts, and pairs are averaged, so that a seed
/// in which a fault shows late does not outvote the others.
public final class RankedSuspects implements SuspectFinder {
    private static final int SENTENCES = 3;

    /// For the ServiceLoader.
    public RankedSuspects() {}

    @Override
    public List<Suspicion> find(List<Alignment> pairs, List<Evidence> evidence) {
        List<Clue> rules = GateClues.of(evidence);
        Map<Suspect, Double> weights = new EnumMap<>(Suspect.class);
        List<Clue> all = new ArrayList<>(rules);
        for (Alignment pair : pairs) {
            List<Clue> clues = new ArrayList<>(rules);
            clues.addAll(StepClues.of(pair));
            Map<Suspect, Integer> strongest = new EnumMap<>(Suspect.class);
            clues.forEach(clue -> strongest.merge(clue.suspect(), clue.weight(), Math::max));
            strongest.forEach(
                    (suspect, weight) -> weights.merge(suspect, weight.doubleValue() / pairs.size(), Double::sum));
            all.addAll(clues);
        }
        return weights.entrySet().stream()
                .sorted(Map.Entry.<Suspect, Double>comparingByValue().reversed())
                .map(entry -> suspicion(entry.getKey(), entry.getValue(), all))
                .toList();
    }

    private static Suspicion suspicion(Suspect suspect, double weight, List<Clue> clues) {
        List<String> sentences = clues.stream()
                .filter(clue -> clue.suspect() == suspect)
                .sorted(Comparator.comparingInt(Clue::weight).reversed())
                .map(Clue::sentence)
                .distinct()
                .limit(SENTENCES)
                .toList();
        return new Suspicion(suspect, weight, sentences, suspect.next());
    }
}
