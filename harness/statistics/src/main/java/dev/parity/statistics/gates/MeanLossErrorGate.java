package dev.parity.statistics.gates;

import dev.parity.statistics.Margin;
import dev.parity.trace.Series;

/// The mean absolute relative error of the losses is small: a rule of published profiles. It takes no account of
/// chance, and is blind to a bias smaller than the scatter.
public final class MeanLossErrorGate extends MeanErrorGate {
    /// For the ServiceLoader.
    public MeanLossErrorGate() {
        super(
                "mean-loss-error",
                "losses",
                Series.LOSS,
                new Margin("meanLossError", "mean absolute relative error of the losses", 0));
    }

    @Override
    public boolean isPrimary() {
        return true;
    }
}
