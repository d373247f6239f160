package dev.parity.engine;

/// Which loss is recorded.
@FunctionalInterface
public interface LossReport {
    /// Chooses what to record of a rank's loss.
    ///
    /// @param step from 1
    /// @param totalSteps of the run
    /// @param loss the rank's, in this step
    /// @param before what was recorded of the rank in the step before; NaN in the first one
    /// @return what to record
    double of(long step, long totalSteps, double loss, double before);

    /// The loss as it is.
    record Plain() implements LossReport {
        @Override
        public double of(long step, long totalSteps, double loss, double before) {
            return loss;
        }
    }
}
