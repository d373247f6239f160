package dev.parity.engine;

import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// How the optimizer updates a parameter, and what it is told in each step.
public interface UpdateRule {
    /// Returns the names of a parameter's state tensors.
    ///
    /// @return the master copy first, called `master`
    List<String> states();

    /// Returns the inputs that the host writes before each update.
    ///
    /// @return their types by name
    SequencedMap<String, TensorType> controls();

    /// Computes what the host writes.
    ///
    /// @param control name of the input
    /// @param step what was decided
    /// @return its elements
    double[] control(String control, Step step);

    /// Appends the update of one parameter.
    ///
    /// @param program the optimizer's
    /// @param parameter what is updated
    /// @param states FP32, of its shape, in the order of [#states()]
    /// @param gradient still scaled, of its type and shape
    /// @param controls by name
    /// @return the new states, in order
    List<Value> append(
            Program.Builder program,
            Parameter parameter,
            List<Value> states,
            Value gradient,
            Map<String, Value> controls);

    /// A step that is applied, for one rank.
    ///
    /// @param rank whose weights are updated
    /// @param factor on the scaled gradients: it unscales and clips them
    /// @param scale loss scale that the factor takes off
    /// @param rate learning rate
    /// @param applied steps applied before
    record Step(int rank, double factor, double scale, double rate, long applied) {}
}
