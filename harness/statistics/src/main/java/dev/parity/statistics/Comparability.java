package dev.parity.statistics;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/// Which keys of two provenances agree, and what that means.
///
/// @param keys all keys, those that must match first
public record Comparability(List<Key> keys) {
    /// Waives every key that only one side knows.
    public static final String UNKNOWN = "unknown";

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

    /// Copies the list.
    public Comparability {
        keys = List.copyOf(keys);
    }

    /// How a key stands.
    public enum Status {
        /// Both sides agree.
        MATCH,
        /// Both sides are known and differ.
        MISMATCH,
        /// One side is known.
        ONE_SIDED,
        /// Neither side is known.
        UNKNOWN,
        /// Differs, or is known on one side only, and a person waived it.
        WAIVED,
        /// What the comparison is about: shown, never judged.
        UNDER_TEST
    }

    /// One key.
    ///
    /// @param name as in the provenance
    /// @param reference value, empty if unknown
    /// @param candidate value, empty if unknown
    /// @param status how it stands
    /// @param reason why it was waived, else empty
    public record Key(String name, String reference, String candidate, Status status, String reason) {}

    /// Compares two provenances.
    ///
    /// @param reference a run
    /// @param candidate a run
    /// @param waivers reason by key
    /// @return all keys
    static Comparability of(RunTrace reference, RunTrace candidate, Map<String, String> waivers) {
        SortedMap<String, String> left = reference.provenance().comparability();
        SortedMap<String, String> right = candidate.provenance().comparability();
        List<String> names = new ArrayList<>(MUST_MATCH);
        TreeSet<String> others = new TreeSet<>(left.keySet());
        others.addAll(right.keySet());
        others.removeAll(MUST_MATCH);
        names.addAll(others);
        List<Key> keys = new ArrayList<>();
        for (String name : names) {
            keys.add(key(name, left.getOrDefault(name, ""), right.getOrDefault(name, ""), waivers));
        }
        TreeSet<String> underTest =
                new TreeSet<>(reference.provenance().underTest().keySet());
        underTest.addAll(candidate.provenance().underTest().keySet());
        for (String name : underTest) {
            String a = reference.provenance().underTest().getOrDefault(name, "");
            String b = candidate.provenance().underTest().getOrDefault(name, "");
            keys.add(new Key(name, a, b, Status.UNDER_TEST, ""));
        }
        return new Comparability(keys);
    }

    private static Key key(String name, String reference, String candidate, Map<String, String> waivers) {
        Status status;
        if (reference.isEmpty() && candidate.isEmpty()) {
            status = Status.UNKNOWN;
        } else if (reference.equals(candidate)) {
            status = Status.MATCH;
        } else {
            status = reference.isEmpty() || candidate.isEmpty() ? Status.ONE_SIDED : Status.MISMATCH;
            String reason = waivers.get(name);
            if (reason == null && status == Status.ONE_SIDED) {
                reason = waivers.get(UNKNOWN);
            }
            if (reason != null) {
                return new Key(name, reference, candidate, Status.WAIVED, reason);
            }
        }
        return new Key(name, reference, candidate, status, "");
    }

    /// Checks that waivers name keys.
    ///
    /// @param names of the waivers
    /// @throws IllegalArgumentException if one is neither a key that must match nor [#UNKNOWN]
    public static void checkWaivers(Set<String> names) {
        for (String name : names) {
            if (!MUST_MATCH.contains(name) && !name.equals(UNKNOWN)) {
                throw new IllegalArgumentException(
                        "no comparability key '%s' to waive, there are %s and %s".formatted(name, MUST_MATCH, UNKNOWN));
            }
        }
    }

    /// Tells whether a key was waived.
    ///
    /// @param name of the key
    /// @return whether gates that need it must not judge
    boolean isWaived(String name) {
        return find(name).filter(key -> key.status() == Status.WAIVED).isPresent();
    }

    private Optional<Key> find(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /// Judges the keys.
    Evidence evidence() {
        List<String> bad = keys.stream()
                .filter(key -> key.status() == Status.MISMATCH || key.status() == Status.ONE_SIDED)
                .map(key -> "%s (%s against %s)".formatted(key.name(), known(key.reference()), known(key.candidate())))
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
                ? Evidence.rule("comparability", Verdict.PASS, "the two runs are comparable" + tail, List.of())
                : Evidence.rule(
                        "comparability",
                        Verdict.INVALID,
                        "not the same training: " + String.join(", ", bad) + tail,
                        List.of());
    }

    private static String known(String value) {
        return value.isEmpty() ? "unknown" : value.length() > 60 ? value.substring(0, 60) + "…" : value;
    }
}
