package dev.parity.statistics;

import java.util.List;
import java.util.ServiceLoader;

/// One way in which two trainings can differ, and the rule that judges it; found by [ServiceLoader]. A
/// [Profile] says which gates judge.
public interface Gate {
    /// What a gate takes for granted: the comparability keys that it rests on. A gate with a key in
    /// doubt is NOT JUDGED.
    ///
    /// @param equal keys that must be known and match, because the gate claims that they do
    /// @param alike keys that must not differ, be known on one side only or be waived. Unknown on both
    ///     sides they keep nobody from comparing what was found (no log states its evaluation mode); the
    ///     finding says so
    record Basis(List<String> equal, List<String> alike) {
        /// Nothing.
        public static final Basis NONE = new Basis(List.of(), List.of());

        /// Copies the lists.
        public Basis {
            equal = List.copyOf(equal);
            alike = List.copyOf(alike);
        }

        /// Rests on what must be known and match.
        ///
        /// @param keys of a provenance's comparability
        /// @return the basis
        public static Basis equal(String... keys) {
            return new Basis(List.of(keys), List.of());
        }

        /// Rests on what must not differ.
        ///
        /// @param keys of a provenance's comparability
        /// @return the basis
        public static Basis alike(String... keys) {
            return new Basis(List.of(), List.of(keys));
        }
    }

    /// Names the gate.
    ///
    /// @return lower case, with hyphens
    String id();

    /// Says what the gate rests on.
    ///
    /// @return its keys
    default Basis basis() {
        return Basis.NONE;
    }

    /// Names what the gate judges by.
    ///
    /// @return its margins; two gates may share one
    default List<Margin> margins() {
        return List.of();
    }

    /// Tells whether the gate judges what a comparison is about, the losses: without one such gate judged
    /// there is no PASS, and it speaks first where several leave the answer open.
    ///
    /// @return false for all others
    default boolean isPrimary() {
        return false;
    }

    /// Judges, as if what the gate rests on held.
    ///
    /// @param pairs one for each seed
    /// @param margins a value for each of the gate's
    /// @return the finding, under this gate's id
    Evidence judge(List<Alignment> pairs, Margins margins);

    /// Counts what a gate that does not judge can still count.
    ///
    /// @param pairs one for each seed
    /// @return in words; empty where there is nothing to count
    default String counts(List<Alignment> pairs) {
        return "";
    }

    /// Makes the finding of a rule.
    ///
    /// @param verdict its verdict
    /// @param sentence in plain words
    /// @param origins where the decisive numbers stand
    /// @return the finding
    default Evidence rule(Verdict verdict, String sentence, List<String> origins) {
        return new Evidence.Rule(id(), verdict, sentence, origins);
    }

    /// Makes the finding of a rule of which no number need be shown.
    ///
    /// @param verdict its verdict
    /// @param sentence in plain words
    /// @return the finding
    default Evidence rule(Verdict verdict, String sentence) {
        return rule(verdict, sentence, List.of());
    }

    /// Makes the finding of a gate that cannot judge.
    ///
    /// @param reason in plain words
    /// @return the finding
    default Evidence notJudged(String reason) {
        return rule(Verdict.NOT_JUDGED, reason);
    }

    /// Returns the gates.
    ///
    /// @return all that are on the class path
    static List<Gate> all() {
        return ServiceLoader.load(Gate.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
