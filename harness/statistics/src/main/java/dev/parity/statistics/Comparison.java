package dev.parity.statistics;

import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A question: are the candidate's runs the same training as the reference's?
///
/// @param pairs one for each seed, at least one
/// @param profile which gates judge, by which margins
/// @param waivers reason by comparability key
/// @param required ids of gates that must be judged, out of the profile's: one that is not makes the answer
///     INCONCLUSIVE
public record Comparison(List<Pair> pairs, Profile profile, Map<String, String> waivers, Set<String> required) {
    /// Fewer common losses show no equivalence, unless there are [#FEWEST_PAIRS], or the loss gates would have found
    /// half their margin.
    private static final int FEWEST_POINTS = 50;

    /// Fewer losses show none in any case: lag, drift and spikes need as many.
    private static final int FEWEST_OF_ALL = 30;

    /// From this number of paired seeds on the seed is the unit.
    public static final int FEWEST_PAIRS = 3;

    /// Copies the collections.
    public Comparison {
        pairs = List.copyOf(pairs);
        waivers = Map.copyOf(waivers);
        required = Set.copyOf(required);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("a comparison needs at least one pair of runs");
        }
        Comparability.checkWaivers(waivers.keySet());
        profile.check(required);
    }

    /// Requires no gate.
    ///
    /// @param pairs one for each seed, at least one
    /// @param profile which gates judge, by which margins
    /// @param waivers reason by comparability key
    public Comparison(List<Pair> pairs, Profile profile, Map<String, String> waivers) {
        this(pairs, profile, waivers, Set.of());
    }

    /// Answers it by the gates of the profile. A PASS must be earned: the losses of enough steps or seeds must
    /// have been judged, and every gate that is required.
    ///
    /// @return verdict and evidence
    /// @throws IllegalArgumentException if a margin is finer than a log's printing can show
    public ParityResult judge() {
        Comparability comparability = Comparability.of(pairs, waivers);
        List<Alignment> aligned = pairs.stream().map(Alignment::new).toList();
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(comparability.evidence());
        Set<String> primary = new HashSet<>();
        for (Gate gate : profile.gates()) {
            evidence.add(judge(gate, aligned, comparability));
            if (gate.isPrimary()) {
                primary.add(gate.id());
            }
        }
        boolean comparable = evidence.getFirst().verdict() != Verdict.INVALID;
        evidence.add(sufficiency(aligned, evidence, primary));
        Verdict worst = Verdict.worst(evidence.stream().map(Evidence::verdict).toList());
        Verdict verdict = comparable ? worst : Verdict.INVALID;
        List<Suspicion> suspects = verdict == Verdict.FAIL ? SuspectFinder.findAll(aligned, evidence) : List.of();
        return new ParityResult(verdict, evidence, primary, comparability, aligned, profile.margins(), suspects);
    }

    /// Asks a gate, unless what it rests on is in doubt.
    private Evidence judge(Gate gate, List<Alignment> aligned, Comparability comparability) {
        Optional<String> doubt = comparability.doubt(gate.basis());
        if (doubt.isPresent()) {
            String counted = gate.counts(aligned);
            return gate.notJudged(doubt.get() + (counted.isEmpty() ? "" : ": " + counted));
        }
        Evidence found = gate.judge(aligned, profile.margins());
        List<String> unknown = comparability.unknown(gate.basis().alike());
        return unknown.isEmpty() || found.verdict() == Verdict.NOT_JUDGED
                ? found
                : found.withSentence(
                        "%s (unknown on both sides: %s)".formatted(found.sentence(), String.join(", ", unknown)));
    }

    /// Says whether enough was judged for a PASS.
    private Evidence sufficiency(List<Alignment> aligned, List<Evidence> evidence, Set<String> primary) {
        List<String> missing = new ArrayList<>();
        int points =
                aligned.stream().mapToInt(pair -> pair.losses().size()).min().orElse(0);
        boolean judged = evidence.stream()
                .anyMatch(each -> primary.contains(each.gate()) && each.verdict() != Verdict.NOT_JUDGED);
        String had = "%d losses are common to both sides".formatted(points)
                + (pairs.size() == 1 ? "" : " in each of %d pairs".formatted(pairs.size()));
        boolean few = points < FEWEST_POINTS && pairs.size() < FEWEST_PAIRS;
        boolean fine = points >= FEWEST_OF_ALL && areFine(evidence, primary);
        if (!judged || (few && !fine)) {
            missing.add("too little to show parity: %s, %d losses (%d where they scatter little) or %d pairs are needed"
                    .formatted(had, FEWEST_POINTS, FEWEST_OF_ALL, FEWEST_PAIRS));
        }
        differing("references", aligned, Alignment::reference).ifPresent(missing::add);
        differing("candidates", aligned, Alignment::candidate).ifPresent(missing::add);
        for (Evidence each : evidence) {
            if (required.contains(each.gate()) && each.verdict() == Verdict.NOT_JUDGED) {
                missing.add("gate %s is required and was not judged: %s".formatted(each.gate(), each.sentence()));
            }
        }
        return missing.isEmpty()
                ? new Evidence.Rule("sufficiency", Verdict.PASS, had, List.of())
                : new Evidence.Rule("sufficiency", Verdict.INCONCLUSIVE, String.join("; ", missing), List.of());
    }

    /// Tells whether each primary gate that was judged would have found half its margin.
    private static boolean areFine(List<Evidence> evidence, Set<String> primary) {
        return evidence.stream()
                .filter(each -> primary.contains(each.gate()) && each.verdict() != Verdict.NOT_JUDGED)
                .allMatch(each -> each instanceof Evidence.Equivalence found
                        && found.estimate().detectable() <= found.margin() / 2);
    }

    /// Says that runs of one side are the same run under several names.
    private Optional<String> differing(String side, List<Alignment> aligned, Function<Alignment, RunTrace> run) {
        long different = aligned.stream()
                .map(run)
                .map(each -> each.losses().stream().map(Point::value).toList())
                .distinct()
                .count();
        return different == pairs.size()
                ? Optional.empty()
                : Optional.of("%d pairs have only %d different %s: a seed counts once"
                        .formatted(pairs.size(), different, side));
    }
}
