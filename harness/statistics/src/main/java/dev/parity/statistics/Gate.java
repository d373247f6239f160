package dev.parity.statistics;

import java.util.List;
import java.util.Optional;

/// One way in which two trainings can differ, and the rule that judges it.
public sealed interface Gate
        permits LengthGate,
                CompletenessGate,
                ConsistencyGate,
                NonFiniteGate,
                FirstStepGate,
                LossGate,
                GradientNormGate,
                ReplicaGate,
                Replay,
                ScaleEventGate,
                AccuracyGate,
                ClassAccuracyGate {
    /// What a gate takes for granted: the comparability keys that it rests on. A gate with a key in
    /// doubt is NOT JUDGED.
    ///
    /// @param equal keys that must be known and match, because the gate claims that they do
    /// @param alike keys that must not differ, be known on one side only or be waived. Unknown on both
    ///     sides they keep nobody from comparing what was found (no log states its evaluation mode); the
    ///     finding says so
    record Basis(List<String> equal, List<String> alike) {
        /// Nothing.
        static final Basis NONE = new Basis(List.of(), List.of());

        /// Copies the lists.
        public Basis {
            equal = List.copyOf(equal);
            alike = List.copyOf(alike);
        }

        static Basis equal(String... keys) {
            return new Basis(List.of(keys), List.of());
        }

        static Basis alike(String... keys) {
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
    Basis basis();

    /// Judges, as if what the gate rests on held.
    ///
    /// @param pairs one for each seed
    /// @return the finding
    Evidence judge(List<Pair> pairs);

    /// Judges, unless what the gate rests on is in doubt.
    ///
    /// @param pairs one for each seed
    /// @param comparability of all pairs, with waivers
    /// @return the finding
    default Evidence judge(List<Pair> pairs, Comparability comparability) {
        Optional<String> doubt = comparability.doubt(basis());
        if (doubt.isPresent()) {
            String counted = counts(pairs);
            return notJudged(doubt.get() + (counted.isEmpty() ? "" : ": " + counted));
        }
        Evidence found = judge(pairs);
        List<String> unknown = comparability.unknown(basis().alike());
        return unknown.isEmpty() || found.verdict() == Verdict.NOT_JUDGED
                ? found
                : found.withSentence(
                        "%s (unknown on both sides: %s)".formatted(found.sentence(), String.join(", ", unknown)));
    }

    /// Counts what a gate that does not judge can still count.
    ///
    /// @param pairs one for each seed
    /// @return in words; empty where there is nothing to count
    default String counts(List<Pair> pairs) {
        return "";
    }

    /// Makes the finding of a gate that cannot judge.
    ///
    /// @param reason in plain words
    /// @return the evidence
    default Evidence notJudged(String reason) {
        return Evidence.rule(id(), Verdict.NOT_JUDGED, reason, List.of());
    }

    /// Returns the gates of profile `strict`.
    ///
    /// @param margins how much may differ
    /// @return in the order of a report
    static List<Gate> strict(Margins margins) {
        return List.of(
                new LengthGate(),
                new CompletenessGate(),
                new ConsistencyGate(),
                new NonFiniteGate(),
                new ReplicaGate(),
                new ScalerReplayGate(),
                new ScheduleReplayGate(),
                new FirstStepGate(margins.firstStep()),
                new LossGate(LossGate.Window.LAST_QUARTER, margins.loss()),
                new LossGate(LossGate.Window.WHOLE, margins.loss()),
                new GradientNormGate(margins.gradientNorm()),
                new ScaleEventGate(margins.overflowRatio()),
                new AccuracyGate(margins.accuracy(), margins.accuracyOfMany()),
                new ClassAccuracyGate(margins.classAccuracy(), margins.classAccuracyOfMany()));
    }
}
