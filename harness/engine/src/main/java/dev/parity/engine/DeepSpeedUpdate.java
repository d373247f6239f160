package dev.parity.engine;

import static dev.parity.spi.ElementType.FP32;

import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// One Op for each parameter, one control vector for all of them.
///
/// @param settings rule and constants
public record DeepSpeedUpdate(TrainingConfig.Optimizer settings) implements UpdateRule {
    /// The only control.
    public static final String CONTROL = "control";

    @Override
    public List<String> states() {
        return switch (settings.type()) {
            case ADAMW -> List.of("master", "m", "v");
            case SGD -> List.of("master", "buffer");
        };
    }

    @Override
    public SequencedMap<String, TensorType> controls() {
        SequencedMap<String, TensorType> controls = new LinkedHashMap<>();
        controls.put(
                CONTROL,
                switch (settings.type()) {
                    case ADAMW -> TensorType.of(FP32, 4);
                    case SGD -> TensorType.of(FP32, 2);
                });
        return controls;
    }

    /// Computes the control vector, as [Op.AdamW] and [Op.Sgd] say.
    @Override
    public double[] control(String control, Step step) {
        return switch (settings.type()) {
            case ADAMW ->
                new double[] {
                    step.factor(),
                    step.rate(),
                    1 - StrictMath.pow(settings.beta1(), step.applied() + 1.0),
                    Math.sqrt(1 - StrictMath.pow(settings.beta2(), step.applied() + 1.0))
                };
            case SGD -> new double[] {step.factor(), step.rate()};
        };
    }

    @Override
    public List<Value> append(
            Program.Builder program,
            Parameter parameter,
            List<Value> states,
            Value gradient,
            Map<String, Value> controls) {
        List<Value> arguments = new ArrayList<>(states);
        arguments.add(gradient);
        arguments.add(Model.known(controls, CONTROL));
        List<String> names = states().stream()
                .map(state -> "%s/%s/new".formatted(parameter.name(), state))
                .toList();
        return program.applyAll(names, op(), arguments);
    }

    private Op op() {
        return switch (settings.type()) {
            case ADAMW -> new Op.AdamW(settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay());
            case SGD -> new Op.Sgd(settings.momentum());
        };
    }
}
