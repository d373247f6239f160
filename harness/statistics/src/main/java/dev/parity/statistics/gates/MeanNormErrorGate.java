package dev.parity.statistics.gates;

import dev.parity.statistics.Margin;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;

/// The mean absolute relative error of the whole gradient's norms is small: a rule of published profiles.
public final class MeanNormErrorGate extends MeanErrorGate {
    /// For the ServiceLoader.
    public MeanNormErrorGate() {
        super(
                "mean-norm-error",
                "norms of the whole gradient",
                Series.gradientNorm(StepRecord.GLOBAL),
                new Margin("meanNormError", "mean absolute relative error of the whole gradient's norms", 0));
    }
}
