package dev.parity.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A question: are the candidate's runs the same training as the reference's?
///
/// @param pairs one for each seed, at least one
/// @param margins how much may differ
/// @param waivers reason by comparability key
public record Comparison(List<Pair> pairs, Margins margins, Map<String, String> waivers) {
    /// Copies the collections.
    public Comparison {
        pairs = List.copyOf(pairs);
        waivers = Map.copyOf(waivers);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("a comparison needs at least one pair of runs");
        }
        Comparability.checkWaivers(waivers.keySet());
    }

    /// Answers it by the gates of profile `strict`.
    ///
    /// @return verdict and evidence
    /// @throws IllegalArgumentException if a margin is finer than a log's printing can show
    public ParityResult judge() {
        List<Comparability> comparabilities = pairs.stream()
                .map(pair -> Comparability.of(pair.reference(), pair.candidate(), waivers))
                .toList();
        Comparability shown = comparabilities.stream()
                .filter(each -> each.evidence().verdict() == Verdict.INVALID)
                .findFirst()
                .orElse(comparabilities.getFirst());
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(shown.evidence());
        for (Gate gate : Gate.strict(margins)) {
            evidence.add(gate.judge(pairs, shown));
        }
        boolean comparable = evidence.getFirst().verdict() != Verdict.INVALID;
        boolean lossJudged = evidence.stream()
                .anyMatch(each -> each.gate().startsWith("loss-") && each.verdict() != Verdict.NOT_JUDGED);
        Verdict worst = Verdict.worst(evidence.stream().map(Evidence::verdict).toList());
        boolean passes = worst == Verdict.PASS || worst == Verdict.WARN;
        // what says nothing of the losses shows no parity
        Verdict judged = passes && !lossJudged ? Verdict.INCONCLUSIVE : worst;
        Verdict verdict = comparable ? judged : Verdict.INVALID;
        return new ParityResult(verdict, evidence, shown, pairs, margins);
    }
}
