package dev.parity.statistics;

import java.util.List;

/// The answer to a [Comparison].
///
/// @param verdict over all gates
/// @param evidence of each gate, comparability first
/// @param comparability keys side by side, of the first pair that is not comparable, else of the first
/// @param pairs what was compared
/// @param margins how much might differ
public record ParityResult(
        Verdict verdict, List<Evidence> evidence, Comparability comparability, List<Pair> pairs, Margins margins) {
    /// Copies the lists.
    public ParityResult {
        evidence = List.copyOf(evidence);
        pairs = List.copyOf(pairs);
    }

    /// Says in a sentence what was found.
    ///
    /// @return the sentence of the gate that decided
    public String headline() {
        return switch (verdict) {
            case PASS -> "the same training within the margins";
            case WARN, INCONCLUSIVE, INVALID, FAIL, NOT_JUDGED ->
                evidence.stream()
                        .filter(each -> each.verdict() == verdict)
                        .map(Evidence::sentence)
                        .findFirst()
                        .orElse("no loss is common to both sides, so nothing was shown");
        };
    }
}
