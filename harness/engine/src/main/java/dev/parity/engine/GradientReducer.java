package dev.parity.engine;

import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.List;

/// How each rank's gradients become those that the optimizer takes.
@FunctionalInterface
public interface GradientReducer {
    /// Appends the reduction to the training step.
    ///
    /// @param program holds the backward nodes
    /// @param parameters of the net, as a rank holds them
    /// @param local this rank's gradient of the scaled loss for each of them, of its type and shape
    /// @return the reduced gradient of each parameter, of its type and shape, in order
    List<Value> append(Program.Builder program, List<Parameter> parameters, List<Value> local);
}
