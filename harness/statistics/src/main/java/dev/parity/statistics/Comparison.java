package dev.parity.statistics;

import dev.parity.trace.LossPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A question: are the candidate's runs the same training as the reference's?
///
/// @param pairs one for each seed, at least one
/// @param margins how much may differ
/// @param waivers reason by comparability key
/// @param required ids of gates that must be judged, out of [#GATES]: one that is not makes the answer
///     INCONCLUSIVE
public record Comparison(List<Pair> pairs, Margins margins, Map<String, String> waivers, Set<String> required) {
    /// The ids of all gates, in the order of a report.
    public static final List<String> GATES = Stream.concat(
                    Stream.of(Comparability.ID),
                    Gate.strict(Margins.DEFAULT).stream().map(Gate::id))
            .toList();

    /// Fewer common losses show no equivalence, unless there are [#FEWEST_PAIRS].
    private static final int FEWEST_POINTS = 50;

    /// From this number of paired seeds on the seed is the unit.
    static final int FEWEST_PAIRS = 3;

    /// Copies the collections.
    public Comparison {
        pairs = List.copyOf(pairs);
        waivers = Map.copyOf(waivers);
        required = Set.copyOf(required);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("a comparison needs at least one pair of runs");
        }
        Comparability.checkWaivers(waivers.keySet());
        checkRequired(required);
    }

    /// Requires no gate.
    ///
    /// @param pairs one for each seed, at least one
    /// @param margins how much may differ
    /// @param waivers reason by comparability key
    public Comparison(List<Pair> pairs, Margins margins, Map<String, String> waivers) {
        this(pairs, margins, waivers, Set.of());
    }

    /// Checks that ids name gates.
    ///
    /// @param ids of gates
    /// @throws IllegalArgumentException if one is none of [#GATES]
    public static void checkRequired(Set<String> ids) {
        for (String id : ids) {
            if (!GATES.contains(id)) {
                throw new IllegalArgumentException("no gate '%s' to require, there are %s".formatted(id, GATES));
            }
        }
    }

    /// Answers it by the gates of profile `strict`. A PASS must be earned: the losses of enough steps or
    /// seeds must have been judged, and every gate that is required.
    ///
    /// @return verdict and evidence
    /// @throws IllegalArgumentException if a margin is finer than a log's printing can show
    public ParityResult judge() {
        Comparability comparability = Comparability.of(pairs, waivers);
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(comparability.evidence());
        for (Gate gate : Gate.strict(margins)) {
            evidence.add(gate.judge(pairs, comparability));
        }
        boolean comparable = evidence.getFirst().verdict() != Verdict.INVALID;
        evidence.add(sufficiency(evidence));
        Verdict worst = Verdict.worst(evidence.stream().map(Evidence::verdict).toList());
        return new ParityResult(comparable ? worst : Verdict.INVALID, evidence, comparability, pairs, margins);
    }

    /// Says whether enough was judged for a PASS.
    private Evidence sufficiency(List<Evidence> evidence) {
        List<String> missing = new ArrayList<>();
        int points = pairs.stream().mapToInt(pair -> pair.losses().size()).min().orElse(0);
        boolean judged = evidence.stream()
                .anyMatch(each -> each.gate().startsWith(LossGate.FAMILY) && each.verdict() != Verdict.NOT_JUDGED);
        String had = "%d losses are common to both sides".formatted(points)
                + (pairs.size() == 1 ? "" : " in each of %d pairs".formatted(pairs.size()));
        if (!judged || (points < FEWEST_POINTS && pairs.size() < FEWEST_PAIRS)) {
            missing.add("too little to show parity: %s, %d losses or %d pairs are needed"
                    .formatted(had, FEWEST_POINTS, FEWEST_PAIRS));
        }
        long references = pairs.stream().map(Comparison::losses).distinct().count();
        if (references < pairs.size()) {
            missing.add("%d pairs have only %d different references: a seed counts once"
                    .formatted(pairs.size(), references));
        }
        for (Evidence each : evidence) {
            if (required.contains(each.gate()) && each.verdict() == Verdict.NOT_JUDGED) {
                missing.add("gate %s is required and was not judged: %s".formatted(each.gate(), each.sentence()));
            }
        }
        return missing.isEmpty()
                ? Evidence.rule("sufficiency", Verdict.PASS, had, List.of())
                : Evidence.rule("sufficiency", Verdict.INCONCLUSIVE, String.join("; ", missing), List.of());
    }

    private static List<Double> losses(Pair pair) {
        return pair.reference().losses().stream().map(LossPoint::value).toList();
    }
}
