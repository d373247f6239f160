package dev.parity.statistics;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which keys of two provenances agree, and what that means.
///
/// @param keys all keys, those that must match first
public record Comparability(List<Key> keys) {
    /// Waives every key that only one side knows.
    public static final String UNKNOWN = "unknown";

    /// The id of the finding.
    static final String ID = "comparability";

    private static final String NO_SCALER = "none";

    private static final List<String> MUST_MATCH = List.of(
            Provenance.SCENARIO,
            Provenance.PROGRAM,
            Provenance.SEED,
            Provenance.DATA_ORDER,
            Provenance.INITIAL_WEIGHTS,
            Provenance.DTYPE,
            Provenance.WORLD,
            Provenance.EP_SIZE,
            Provenance.OPTIMIZER,
            Provenance.LOSS_SCALER,
            Provenance.LOSS_SCALER_SETTINGS,
            Provenance.ZERO_STAGE,
            Provenance.EVALUATION_MODE);

    /// What logs print of a training, each of them something else: must match where both sides know it.
    private static final List<String> FACTS = List.of(
            Provenance.LAYERS,
            Provenance.EXPERTS,
            Provenance.HIDDEN_SIZE,
            Provenance.HEADS,
            Provenance.SEQUENCE_LENGTH,
            Provenance.BATCH_SIZE,
            Provenance.MICRO_BATCH_SIZE,
            Provenance.TOTAL_ITERATIONS);

    /// Without any of these, nothing speaks for two runs being comparable.
    private static final Set<String> BASIC = Set.of(
            Provenance.SCENARIO, Provenance.DTYPE, Provenance.WORLD, Provenance.OPTIMIZER, Provenance.LOSS_SCALER);

    /// Copies the list.
    public Comparability {
        keys = List.copyOf(keys);
    }

    /// How a key stands, from good to bad: over several pairs the worst counts.
    public enum Status {
        /// What the comparison is about: shown, never judged.
        UNDER_TEST,
        /// Both sides agree.
        MATCH,
        /// Neither side is known.
        UNKNOWN,
        /// One side is known, of what one log prints and another does not: shown, never judged.
        PARTLY_KNOWN,
        /// Differs, or is known on one side only, and a person waived it.
        WAIVED,
        /// One side is known.
        ONE_SIDED,
        /// Both sides are known and differ.
        MISMATCH
    }

    /// One key over all pairs. Where the pairs do not stand alike, the values are those of the worst
    /// ones, each with its run in brackets.
    ///
    /// @param name as in the provenance
    /// @param reference value, empty if unknown; several are separated by commas
    /// @param candidate value, empty if unknown; several are separated by commas
    /// @param status how it stands
    /// @param reason why it was waived, else empty
    public record Key(String name, String reference, String candidate, Status status, String reason) {}

    /// What one run says of a key.
    private record Side(String value, String run) {
        static Side of(RunTrace run, SortedMap<String, String> values, String name) {
            return new Side(values.getOrDefault(name, ""), run.name());
        }
    }

    /// What a pair says of a key.
    private record Stand(Side reference, Side candidate, Status status, String reason) {}

    /// Compares the provenances of all pairs; their order plays no part.
    ///
    /// @param pairs at least one
    /// @param waivers reason by key
    /// @return all keys
    static Comparability of(List<Pair> pairs, Map<String, String> waivers) {
        List<String> names = new ArrayList<>(MUST_MATCH);
        TreeSet<String> others = new TreeSet<>();
        TreeSet<String> underTest = new TreeSet<>();
        for (Pair pair : pairs) {
            for (RunTrace run : List.of(pair.reference(), pair.candidate())) {
                others.addAll(run.provenance().comparability().keySet());
                underTest.addAll(run.provenance().underTest().keySet());
            }
        }
        others.removeAll(MUST_MATCH);
        names.addAll(others);
        List<Key> keys = new ArrayList<>();
        for (String name : names) {
            keys.add(key(
                    name, pairs.stream().map(pair -> stand(name, pair, waivers)).toList()));
        }
        for (String name : underTest) {
            keys.add(key(
                    name,
                    pairs.stream()
                            .map(pair -> new Stand(
                                    Side.of(
                                            pair.reference(),
                                            pair.reference().provenance().underTest(),
                                            name),
                                    Side.of(
                                            pair.candidate(),
                                            pair.candidate().provenance().underTest(),
                                            name),
                                    Status.UNDER_TEST,
                                    ""))
                            .toList()));
        }
        return new Comparability(keys);
    }

    private static Stand stand(String name, Pair pair, Map<String, String> waivers) {
        SortedMap<String, String> left = pair.reference().provenance().comparability();
        SortedMap<String, String> right = pair.candidate().provenance().comparability();
        Side reference = Side.of(pair.reference(), left, name);
        Side candidate = Side.of(pair.candidate(), right, name);
        if (reference.value().equals(candidate.value())) {
            // without a scaler there is nothing to set
            boolean idle = name.equals(Provenance.LOSS_SCALER_SETTINGS)
                    && NO_SCALER.equals(left.get(Provenance.LOSS_SCALER))
                    && NO_SCALER.equals(right.get(Provenance.LOSS_SCALER));
            boolean unknown = reference.value().isEmpty() && !idle;
            return new Stand(reference, candidate, unknown ? Status.UNKNOWN : Status.MATCH, "");
        }
        Provenance.Agreement agreement =
                pair.reference().provenance().agreement(name, pair.candidate().provenance());
        boolean oneSided = agreement == Provenance.Agreement.ONE_SIDED;
        if (oneSided && FACTS.contains(name)) {
            return new Stand(reference, candidate, Status.PARTLY_KNOWN, "");
        }
        String reason = waivers.get(name);
        if (reason == null && oneSided) {
            reason = waivers.get(UNKNOWN);
        }
        if (reason != null) {
            return new Stand(reference, candidate, Status.WAIVED, reason);
        }
        return new Stand(reference, candidate, oneSided ? Status.ONE_SIDED : Status.MISMATCH, "");
    }

    private static Key key(String name, List<Stand> stands) {
        Status worst = stands.stream()
                .map(Stand::status)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        List<Stand> bad =
                stands.stream().filter(stand -> stand.status() == worst).toList();
        boolean all = bad.size() == stands.size();
        return new Key(
                name,
                values(bad.stream().map(Stand::reference).toList(), all),
                values(bad.stream().map(Stand::candidate).toList(), all),
                worst,
                bad.stream().map(Stand::reason).sorted().findFirst().orElse(""));
    }

    /// Joins what several runs say; long values are cut where there are several.
    private static String values(List<Side> sides, boolean all) {
        List<String> values = sides.stream()
                .map(Side::value)
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
        List<String> shown = sides.stream()
                .filter(side -> !side.value().isEmpty())
                .map(side -> values.size() == 1 ? side : new Side(cut(side.value(), 20), side.run()))
                .map(side -> all ? side.value() : "%s (%s)".formatted(side.value(), side.run()))
                .distinct()
                .sorted()
                .toList();
        return shown.size() <= 8
                ? String.join(", ", shown)
                : "%s, … (%d values)".formatted(String.join(", ", shown.subList(0, 8)), shown.size());
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) + "…" : text;
    }

    /// Checks that waivers name keys.
    ///
    /// @param names of the waivers
    /// @throws IllegalArgumentException if one is neither a key that must match nor [#UNKNOWN]
    public static void checkWaivers(Set<String> names) {
        for (String name : names) {
            if (!MUST_MATCH.contains(name) && !FACTS.contains(name) && !name.equals(UNKNOWN)) {
                throw new IllegalArgumentException("no comparability key '%s' to waive, there are %s and %s"
                        .formatted(
                                name,
                                Stream.concat(MUST_MATCH.stream(), FACTS.stream())
                                        .toList(),
                                UNKNOWN));
            }
        }
    }

    /// Says which keys keep a gate from judging.
    ///
    /// @param basis what the gate rests on
    /// @return in words; empty if the gate may judge
    Optional<String> doubt(Gate.Basis basis) {
        List<String> doubts = new ArrayList<>();
        for (Key key : keys) {
            boolean equal = basis.equal().contains(key.name());
            if (equal || basis.alike().contains(key.name())) {
                switch (key.status()) {
                    case MATCH, UNDER_TEST, PARTLY_KNOWN -> {}
                    case UNKNOWN -> {
                        if (equal) {
                            doubts.add(key.name() + " is unknown on both sides");
                        }
                    }
                    case WAIVED -> doubts.add("%s was waived (%s)".formatted(key.name(), against(key)));
                    case ONE_SIDED ->
                        doubts.add("%s is known on one side only (%s)".formatted(key.name(), against(key)));
                    case MISMATCH -> doubts.add("%s differs (%s)".formatted(key.name(), against(key)));
                }
            }
        }
        return doubts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", doubts));
    }

    /// Tells whether so little is known that nothing speaks for the runs being comparable.
    boolean isBlind() {
        return keys.stream().filter(key -> BASIC.contains(key.name())).allMatch(key -> key.status() == Status.UNKNOWN);
    }

    /// Returns those of the names that neither side knows.
    List<String> unknown(List<String> names) {
        return keys.stream()
                .filter(key -> key.status() == Status.UNKNOWN && names.contains(key.name()))
                .map(Key::name)
                .toList();
    }

    /// Judges the keys.
    Evidence evidence() {
        List<String> bad = keys.stream()
                .filter(key -> key.status() == Status.MISMATCH || key.status() == Status.ONE_SIDED)
                .map(key -> "%s (%s)".formatted(key.name(), against(key)))
                .toList();
        List<String> waived = keys.stream()
                .filter(key -> key.status() == Status.WAIVED)
                .map(Key::name)
                .toList();
        long unknown =
                keys.stream().filter(key -> key.status() == Status.UNKNOWN).count();
        String tail = (waived.isEmpty() ? "" : "; waived: " + String.join(", ", waived))
                + (unknown == 0 ? "" : "; unknown on both sides: " + unknown + " keys");
        return bad.isEmpty()
                ? new Evidence.Rule(ID, Verdict.PASS, "the two runs are comparable" + tail, List.of())
                : new Evidence.Rule(
                        ID, Verdict.INVALID, "not the same training: " + String.join(", ", bad) + tail, List.of());
    }

    private static String against(Key key) {
        return "%s against %s".formatted(known(key.reference()), known(key.candidate()));
    }

    private static String known(String value) {
        return value.isEmpty() ? "unknown" : cut(value, 60);
    }
}
