package dev.parity.statistics.suspects;

import dev.parity.statistics.Evidence;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What the gates that failed point to, whatever the step.
final class GateClues {
    /// Gates that name a part of the training by what they judge.
    private static final Map<String, Clue> BY_GATE = Map.ofEntries(
            Map.entry("replicas", clue(Suspect.COLLECTIVE, 100)),
            Map.entry("schedule-replay", clue(Suspect.SCHEDULE, 95)),
            Map.entry("scaler-replay", clue(Suspect.SCALER, 92)),
            Map.entry("class-swap", clue(Suspect.DATA, 90)),
            Map.entry("routing-agreement", clue(Suspect.GATING, 50)),
            Map.entry("expert-load", clue(Suspect.GATING, 20)),
            Map.entry("scale-events", clue(Suspect.SCALER, 25)),
            Map.entry("non-finite", clue(Suspect.SCALER, 30)),
            Map.entry("absent-loss", clue(Suspect.SCALER, 30)),
            Map.entry("lag", clue(Suspect.DATA, 65)));

    /// Gates that speak of the training, not of its evaluation alone.
    private static final Set<String> TRAINING = Set.of(
            "loss-whole",
            "loss-last-quarter",
            "first-step",
            "early-steps",
            "pointwise",
            "drift",
            "lag",
            "non-finite",
            "absent-loss",
            "scale-events");
    private static final Set<String> ACCURACIES = Set.of("accuracy", "class-accuracy");

    private GateClues() {}

    private static Clue clue(Suspect suspect, int weight) {
        return new Clue(suspect, weight, "");
    }

    static List<Clue> of(List<Evidence> evidence) {
        List<Evidence> failed =
                evidence.stream().filter(each -> each.verdict() == Verdict.FAIL).toList();
        Set<String> ids = failed.stream().map(Evidence::gate).collect(Collectors.toSet());
        List<Clue> clues = new ArrayList<>();
        for (Evidence each : failed) {
            Clue clue = BY_GATE.get(each.gate());
            if (clue != null) {
                clues.add(new Clue(clue.suspect(), clue.weight(), each.sentence()));
            }
            if (ACCURACIES.contains(each.gate()) && ids.stream().noneMatch(TRAINING::contains)) {
                clues.add(
                        new Clue(Suspect.EVALUATION, 75, "%s, while the losses are equal".formatted(each.sentence())));
            }
            if (each.gate().equals("consistency") && each.sentence().contains("evaluated in mode")) {
                clues.add(new Clue(Suspect.EVALUATION, 90, each.sentence()));
            }
            if (each.gate().equals("motion")) {
                clues.add(new Clue(Suspect.EVALUATION, each.sentence().contains("frozen") ? 80 : 60, each.sentence()));
                clues.add(new Clue(Suspect.OPTIMIZER, 40, each.sentence()));
            }
        }
        return clues;
    }
}
