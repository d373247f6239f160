package dev.parity.statistics.suspects;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.SuspectFinder;
import dev.parity.statistics.Suspicion;
import dev.parity.statistics.estimators.Robust;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Ranks suspects by their strongest clues: of each pair the strongest counts, and of the pairs the median, so that a
/// seed in which a fault shows late does not outvote the others. Where the first step is off in half of the pairs,
/// the others only show later what is too small there, and do not vote.
public final class RankedSuspects implements SuspectFinder {
    private static final int SENTENCES = 3;

    /// For the ServiceLoader.
    public RankedSuspects() {}

    @Override
    public List<Suspicion> find(List<Alignment> pairs, List<Evidence> evidence) {
        List<Clue> rules = GateClues.of(evidence);
        List<Clue> all = new ArrayList<>(rules);
        List<Alignment> voters = pairs.stream().filter(StepClues::isFirstOff).toList();
        List<Map<Suspect, Integer>> votes = new ArrayList<>();
        for (Alignment pair : 2 * voters.size() >= pairs.size() ? voters : pairs) {
            List<Clue> clues = new ArrayList<>(rules);
            clues.addAll(StepClues.of(pair));
            Map<Suspect, Integer> strongest = new EnumMap<>(Suspect.class);
            clues.forEach(clue -> strongest.merge(clue.suspect(), clue.weight(), Math::max));
            votes.add(strongest);
            all.addAll(clues);
        }
        Map<Suspect, Double> weights = new EnumMap<>(Suspect.class);
        for (Clue clue : all) {
            weights.computeIfAbsent(
                    clue.suspect(),
                    suspect -> Robust.median(votes.stream()
                            .mapToDouble(vote -> vote.getOrDefault(suspect, 0))
                            .toArray()));
        }
        Optional<FirstApart> apart = FirstApart.of(pairs);
        return weights.entrySet().stream()
                .sorted(Map.Entry.<Suspect, Double>comparingByValue().reversed())
                .map(entry -> new Suspicion(
                        entry.getKey(),
                        entry.getValue(),
                        sentences(entry.getKey(), all),
                        entry.getKey().next(pairs.getFirst().reference()),
                        apart.map(first -> first.command(entry.getKey())).orElse("")))
                .toList();
    }

    private static List<String> sentences(Suspect suspect, List<Clue> clues) {
        return clues.stream()
                .filter(clue -> clue.suspect() == suspect)
                .sorted(Comparator.comparingInt(Clue::weight).reversed())
                .map(Clue::sentence)
                .distinct()
                .limit(SENTENCES)
                .toList();
    }
}
