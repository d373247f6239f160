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
        return new Comparison(List.of(new Pair(reference, candidate)), Profile.STRICT, waivers).judge();
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
        return gate(new Comparison(pairs, profile(id, Map.of()), waivers).judge(), id);
    }

    /// Judges by one gate and another margin.
    static Evidence only(String id, Map<String, Double> margins, RunTrace reference, RunTrace candidate) {
        List<Pair> pairs = List.of(new Pair(reference, candidate));
        return gate(new Comparison(pairs, profile(id, margins), Map.of()).judge(), id);
    }

    private static Profile profile(String id, Map<String, Double> margins) {
        Profile strict = Profile.STRICT.with(margins);
        List<Gate> one =
                strict.gates().stream().filter(gate -> gate.id().equals(id)).toList();
        return new Profile(id, one, strict.margins());
    }

    /// Returns the numbers of a finding that has some.
    static Evidence.Equivalence numbers(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Equivalence equivalence -> equivalence;
            case Evidence.Parts parts -> parts.whole();
            case Evidence.Rule rule -> throw new AssertionError("no numbers: " + rule);
        };
    }

    /// Judges by a gate, whatever it rests on.
    static Evidence judge(Gate gate, List<Pair> pairs) {
        return gate.judge(pairs.stream().map(Alignment::new).toList(), Profile.STRICT.margins());
    }

    static Evidence only(String id, RunTrace reference, RunTrace candidate) {
        return only(id, List.of(new Pair(reference, candidate)), Map.of());
    }
}
