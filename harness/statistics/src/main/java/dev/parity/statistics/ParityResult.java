package dev.parity.statistics;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// The answer to a [Comparison].
///
/// @param verdict over all gates
/// @param evidence of each gate, comparability first, sufficiency last
/// @param primary ids of the gates that judge what the comparison is about
/// @param comparability keys side by side, over all pairs
/// @param pairs what was compared
/// @param margins how much might differ
/// @param suspects where a difference may begin, the first suspect first; empty unless the verdict is FAIL
public record ParityResult(
        Verdict verdict,
        List<Evidence> evidence,
        Set<String> primary,
        Comparability comparability,
        List<Alignment> pairs,
        Margins margins,
        List<Suspicion> suspects) {
    /// Copies the lists.
    public ParityResult {
        evidence = List.copyOf(evidence);
        primary = Set.copyOf(primary);
        pairs = List.copyOf(pairs);
        suspects = List.copyOf(suspects);
    }

    /// Adds a finding to others that take the place of these.
    ///
    /// @param judged comparability first
    /// @param more the last one
    /// @return the result, with the verdict that follows; what is not comparable stays so
    ParityResult with(List<Evidence> judged, Evidence more) {
        List<Evidence> all = new ArrayList<>(judged);
        all.add(more);
        boolean comparable = all.getFirst().verdict() != Verdict.INVALID && more.verdict() != Verdict.INVALID;
        Verdict worst = Verdict.worst(all.stream().map(Evidence::verdict).toList());
        Verdict decided = comparable ? worst : Verdict.INVALID;
        List<Suspicion> ranked = decided == Verdict.FAIL ? SuspectFinder.findAll(pairs, all) : List.of();
        return new ParityResult(decided, all, primary, comparability, pairs, margins, ranked);
    }

    /// Returns the faults that were planted in the runs.
    ///
    /// @return each once; empty where none was
    public List<String> planted() {
        return said(run -> run.provenance().underTest().getOrDefault(Provenance.FAULT, ""));
    }

    /// Returns the scenario's keys that were overridden.
    ///
    /// @return each once; empty where none was
    public List<String> overridden() {
        return said(run -> run.provenance().context().getOrDefault(Provenance.OVERRIDES, ""));
    }

    private List<String> said(Function<RunTrace, String> value) {
        return pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .map(value)
                .filter(text -> !text.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /// Says in a sentence what was found, after what was planted or overridden.
    ///
    /// @return but for a pass, the sentence of the gate that decided and the names of those that say the same; then
    ///     how much was not judged
    public String headline() {
        List<String> words = new ArrayList<>();
        if (!planted().isEmpty()) {
            words.add("fault planted: " + String.join(", ", planted()));
        }
        if (!overridden().isEmpty()) {
            words.add("overridden: " + String.join(", ", overridden()));
        }
        words.add(verdict == Verdict.PASS ? "the same training within the margins" : decisive());
        words.addAll(unjudged());
        return String.join("; ", words);
    }

    /// Says how much was not judged.
    private List<String> unjudged() {
        List<String> names = evidence.stream()
                .filter(each -> each.verdict() == Verdict.NOT_JUDGED)
                .map(Evidence::gate)
                .toList();
        long unknown = comparability.keys().stream()
                .filter(key -> key.status() == Comparability.Status.UNKNOWN)
                .count();
        List<String> words = new ArrayList<>();
        if (!names.isEmpty()) {
            words.add("%d of %d gates judged, not judged: %s"
                    .formatted(evidence.size() - names.size(), evidence.size(), String.join(", ", names)));
        }
        if (unknown > 0) {
            words.add("%d comparability keys unknown on both sides".formatted(unknown));
        }
        if (comparability.isBlind()) {
            words.add(
                    "neither scenario, dtype, world, optimizer nor loss scaler is known: that the two are comparable is"
                            + " your claim");
        }
        return words;
    }

    /// Where the answer is open, the gates of what the comparison is about speak first.
    private String decisive() {
        List<Evidence> deciding =
                evidence.stream().filter(each -> each.verdict() == verdict).toList();
        Evidence first = deciding.stream()
                .filter(each -> verdict == Verdict.INCONCLUSIVE && primary.contains(each.gate()))
                .findFirst()
                .orElse(deciding.getFirst());
        List<String> others = deciding.stream()
                .map(Evidence::gate)
                .filter(gate -> !gate.equals(first.gate()))
                .toList();
        return others.isEmpty()
                ? first.sentence()
                : "%s (also: %s)".formatted(first.sentence(), String.join(", ", others));
    }
}
