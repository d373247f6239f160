package dev.parity.statistics;

import java.util.List;

/// One way in which two trainings can differ, and the rule that judges it.
public sealed interface Gate
        permits NonFiniteGate,
                LengthGate,
                FirstStepGate,
                LossGate,
                GradientNormGate,
                ReplicaGate,
                ScalerReplayGate,
                ScheduleReplayGate,
                ScaleEventGate,
                AccuracyGate,
                ClassAccuracyGate {
    /// Judges.
    ///
    /// @param pairs one for each seed
    /// @param comparability of the runs, with waivers
    /// @return the finding
    Evidence judge(List<Pair> pairs, Comparability comparability);

    /// Returns the gates of profile `strict`.
    ///
    /// @param margins how much may differ
    /// @return in the order of a report
    static List<Gate> strict(Margins margins) {
        return List.of(
                new LengthGate(),
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
