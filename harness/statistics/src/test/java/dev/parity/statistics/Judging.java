package dev.parity.statistics;

import dev.parity.trace.RunTrace;
import java.util.List;
import java.util.Map;

/// What tests of the gates ask.
final class Judging {
    private Judging() {}

    static ParityResult judge(RunTrace reference, RunTrace candidate) {
        return judge(reference, candidate, Map.of());
    }

    static ParityResult judge(RunTrace reference, RunTrace candidate, Map<String, String> waivers) {
        return new Comparison(List.of(new Pair(reference, candidate)), Margins.DEFAULT, waivers).judge();
    }

    static Evidence gate(ParityResult result, String id) {
        return result.evidence().stream()
                .filter(evidence -> evidence.gate().equals(id))
                .findFirst()
                .orElseThrow();
    }

    static Verdict verdict(ParityResult result, String id) {
        return gate(result, id).verdict();
    }

    /// Judges by one gate only, which takes less time than a comparison.
    static Evidence only(String id, List<Pair> pairs, Map<String, String> waivers) {
        return Gate.strict(Margins.DEFAULT).stream()
                .filter(gate -> gate.id().equals(id))
                .findFirst()
                .orElseThrow()
                .judge(pairs, Comparability.of(pairs, waivers));
    }

    static Evidence only(String id, RunTrace reference, RunTrace candidate) {
        return only(id, List.of(new Pair(reference, candidate)), Map.of());
    }
}
