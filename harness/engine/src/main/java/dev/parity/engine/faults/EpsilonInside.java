package dev.parity.engine.faults;

import static dev.parity.spi.ElementType.FP32;

import dev.parity.engine.DeepSpeedUpdate;
import dev.parity.engine.Parameter;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.UpdateRule;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Adam that divides by sqrt(v/bias2 + epsilon), not by sqrt(v/bias2) + epsilon.
///
/// The moments are those of the honest rule. The weights come from a second AdamW without epsilon that has both
/// moments doubled, decays them by a half and adds a gradient of 0: so it uses m and v + epsilon·bias2 as they are.
///
/// @param settings of AdamW
/// @param honest its rule
record EpsilonInside(TrainingConfig.Optimizer settings, UpdateRule honest) implements UpdateRule {
    /// Tells an SGD step what to add to the second moment.
    private static final String SHIFT = "shift";

    @Override
    public List<String> states() {
        return honest.states();
    }

    @Override
    public SequencedMap<String, TensorType> controls() {
        SequencedMap<String, TensorType> controls = new LinkedHashMap<>(honest.controls());
        controls.put(SHIFT, TensorType.of(FP32, 2));
        return controls;
    }

    @Override
    public double[] control(String name, Step step) {
        double[] control = honest.control(DeepSpeedUpdate.CONTROL, step);
        double bias2 = control[control.length - 1] * control[control.length - 1];
        return name.equals(SHIFT) ? new double[] {settings.epsilon() * bias2, -1} : control;
    }

    @Override
    public List<Value> append(
            Program.Builder program,
            Parameter parameter,
            List<Value> states,
            Value gradient,
            Map<String, Value> controls) {
        String name = parameter.name();
        Value control = control(controls, DeepSpeedUpdate.CONTROL);
        List<Value> moved = program.applyAll(
                List.of(name + "/outside", name + "/m/new", name + "/v/new"),
                new Op.AdamW(settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay()),
                List.of(states.get(0), states.get(1), states.get(2), gradient, control));
        Value m = moved.get(1);
        Value v = moved.get(2);
        Value column = program.apply(
                name + "/column", new Op.Reshape(Shape.of(v.shape().size(), 1)), v);
        Value ones = program.apply(
                name + "/ones", new Op.Reshape(v.shape()), program.apply(name + "/one", new Op.Softmax(), column));
        Value shifted = program.applyAll(
                        List.of(name + "/shifted", name + "/shift"),
                        new Op.Sgd(0),
                        List.of(v, v, ones, control(controls, SHIFT)))
                .getFirst();
        Value master = program.applyAll(
                        List.of(name + "/master/new", name + "/mAgain", name + "/vAgain"),
                        new Op.AdamW(0.5, 0.5, 0, settings.weightDecay()),
                        List.of(
                                states.getFirst(),
                                program.apply(name + "/mTwice", new Op.Scale(2), m),
                                program.apply(name + "/vTwice", new Op.Scale(2), shifted),
                                program.apply(name + "/none", new Op.Scale(0), m),
                                control))
                .getFirst();
        return List.of(master, m, v);
    }

    private static Value control(Map<String, Value> controls, String name) {
        return Objects.requireNonNull(controls.get(name), name);
    }
}
