package dev.parity.engine.faults;

import static dev.parity.spi.ElementType.FP32;

import dev.parity.engine.DeepSpeedUpdate;
import dev.parity.engine.Parameter;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.UpdateRule;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Adam with L2 regularisation: (a share of) the weight decay is a part of the gradient.
///
/// An SGD step on the master weights as its momentum buffer gives decay·master + factor·gradient; AdamW then takes
/// that as a gradient without a factor.
///
/// @param settings of AdamW
/// @param honest its rule
/// @param share of the decay that is coupled, above 0 to 1
record CoupledDecay(TrainingConfig.Optimizer settings, UpdateRule honest, double share) implements UpdateRule {
    /// Tells the SGD step its factor.
    private static final String DECAY = "decay";

    @Override
    public List<String> states() {
        return honest.states();
    }

    @Override
    public SequencedMap<String, TensorType> controls() {
        SequencedMap<String, TensorType> controls = new LinkedHashMap<>(honest.controls());
        controls.put(DECAY, TensorType.of(FP32, 2));
        return controls;
    }

    @Override
    public double[] control(String name, Step step) {
        if (name.equals(DECAY)) {
            return new double[] {step.factor(), 0};
        }
        double[] control = honest.control(name, step);
        control[0] = 1;
        return control;
    }

    @Override
    public List<Value> append(
            Program.Builder program,
            Parameter parameter,
            List<Value> states,
            Value gradient,
            Map<String, Value> controls) {
        String name = parameter.name();
        Value master = states.getFirst();
        double coupled = share * settings.weightDecay();
        Value regularised = program.applyAll(
                        List.of(name + "/unmoved", name + "/regularised"),
                        new Op.Sgd(coupled),
                        List.of(master, master, gradient, control(controls, DECAY)))
                .getLast();
        Op adam =
                new Op.AdamW(settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay() - coupled);
        return program.applyAll(
                List.of(name + "/master/new", name + "/m/new", name + "/v/new"),
                adam,
                List.of(master, states.get(1), states.get(2), regularised, control(controls, DeepSpeedUpdate.CONTROL)));
    }

    private static Value control(Map<String, Value> controls, String name) {
        return Objects.requireNonNull(controls.get(name), name);
    }
}
