package dev.parity.engine.faults;

import dev.parity.engine.DeepSpeedUpdate;
import dev.parity.engine.Parameter;
import dev.parity.engine.UpdateRule;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Predicate;

/// Some parameters are updated by the same rule, with another control vector than the rest.
///
/// @param honest the rule
/// @param which parameters
/// @param change of their control vector
record ToldOtherwise(UpdateRule honest, Predicate<Parameter> which, Change change) implements UpdateRule {
    private static final String OTHER = "otherControl";

    /// Changes a control vector.
    @FunctionalInterface
    interface Change {
        /// Changes what [dev.parity.spi.Op.AdamW] or [dev.parity.spi.Op.Sgd] is told.
        ///
        /// @param step what was decided
        /// @param control factor on the gradient, learning rate; of AdamW the two bias corrections too
        void to(Step step, double[] control);
    }

    @Override
    public List<String> states() {
        return honest.states();
    }

    @Override
    public SequencedMap<String, TensorType> controls() {
        SequencedMap<String, TensorType> controls = new LinkedHashMap<>(honest.controls());
        controls.put(OTHER, control(controls));
        return controls;
    }

    private static <T> T control(Map<String, T> controls) {
        return Objects.requireNonNull(controls.get(DeepSpeedUpdate.CONTROL), DeepSpeedUpdate.CONTROL);
    }

    @Override
    public double[] control(String name, Step step) {
        double[] control = honest.control(DeepSpeedUpdate.CONTROL, step);
        if (name.equals(OTHER)) {
            change.to(step, control);
        }
        return control;
    }

    @Override
    public List<Value> append(
            Program.Builder program,
            Parameter parameter,
            List<Value> states,
            Value gradient,
            Map<String, Value> controls) {
        Value other = Objects.requireNonNull(controls.get(OTHER), OTHER);
        Value told = which.test(parameter) ? other : control(controls);
        return honest.append(program, parameter, states, gradient, Map.of(DeepSpeedUpdate.CONTROL, told));
    }
}
