package dev.parity.engine.lockstep;

import dev.parity.spi.Op;
import dev.parity.spi.Value;

/// One output of one Op in one step, of all ranks one behind the other.
///
/// @param step from 1
/// @param part of the step
/// @param position of the Op in its program, from 1
/// @param op what was computed
/// @param value the output
/// @param reference what the reference computed
/// @param candidate what the candidate computed, from the same inputs
public record OpOutputs(long step, Part part, int position, Op op, Value value, Side reference, Side candidate) {
    /// The part of a step that an Op belongs to.
    public enum Part {
        /// Up to the loss.
        FORWARD,
        /// Each rank's gradients.
        BACKWARD,
        /// From each rank's gradients to those that the optimizer takes, with their norms and the overflow flag.
        REDUCTION,
        /// The new weights.
        OPTIMIZER
    }

    /// What a device computed beside what is right.
    ///
    /// @param golden the golden's answer to the same inputs, not rounded
    /// @param found the device's
    /// @param saturates whether the device has no infinities in this type
    @SuppressWarnings("ArrayRecordComponent") // handed over once, kept by nobody
    public record Side(double[] golden, double[] found, boolean saturates) {}
}
