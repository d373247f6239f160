package dev.parity.cli;

import dev.parity.statistics.Comparison;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Margins;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Judges, and holds the answer against gates that must be judged.
final class Requirements {
    private static final List<String> GATES = List.of(
            "comparability",
            "length",
            "non-finite",
            "replicas",
            "scaler-replay",
            "schedule-replay",
            "first-step",
            "loss-last-quarter",
            "loss-whole",
            "gradient-norm",
            "scale-events",
            "accuracy",
            "class-accuracy");

    private Requirements() {}

    static void check(Set<String> required) {
        for (String id : required) {
            if (!GATES.contains(id)) {
                throw new IllegalArgumentException("no gate '%s' to require, there are %s".formatted(id, GATES));
            }
        }
    }

    static ParityResult judge(List<Pair> pairs, Margins margins, Map<String, String> waivers, Set<String> required) {
        ParityResult result = new Comparison(pairs, margins, waivers).judge();
        List<String> missing = result.evidence().stream()
                .filter(each -> required.contains(each.gate()) && each.verdict() == Verdict.NOT_JUDGED)
                .map(each -> "gate %s is required and was not judged: %s".formatted(each.gate(), each.sentence()))
                .toList();
        if (missing.isEmpty()) {
            return result;
        }
        List<Evidence> evidence = new ArrayList<>(result.evidence());
        evidence.add(new Evidence(
                "sufficiency",
                Verdict.INCONCLUSIVE,
                String.join("; ", missing),
                "",
                OptionalDouble.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                List.of(),
                List.of()));
        Verdict verdict = Verdict.worst(List.of(result.verdict(), Verdict.INCONCLUSIVE));
        return new ParityResult(verdict, evidence, result.comparability(), pairs, margins);
    }
}
