package dev.parity.engine;

import static dev.parity.spi.ElementType.FP32;

import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;

/// The optimizer step as a program, and what the host hands to it.
///
/// @param settings rule and constants
/// @param parameters that it updates
record OptimizerProgram(TrainingConfig.Optimizer settings, List<Parameter> parameters) {
    /// Writes the program. For each parameter P it reads `P` states (`P/master`, `P/m`, `P/v` or
    /// `P/buffer`), its gradient `P/grad` and `control`, and writes the states (`…/new`) and `P/new`.
    Program program() {
        Program.Builder builder = new Program.Builder("optimizer-step");
        Op op = op();
        Value control = builder.input("control", control());
        for (Parameter parameter : parameters) {
            List<Value> arguments = new ArrayList<>();
            for (String state : states()) {
                arguments.add(builder.input(parameter.name() + "/" + state, parameter.master()));
            }
            arguments.add(builder.input(parameter.name() + "/grad", parameter.type()));
            arguments.add(control);
            List<String> names = states().stream()
                    .map(state -> parameter.name() + "/" + state + "/new")
                    .toList();
            List<Value> updated = builder.applyAll(names, op, arguments);
            updated.forEach(builder::output);
            builder.output(builder.apply(
                    parameter.name() + "/new", new Op.Cast(parameter.type().element()), updated.getFirst()));
        }
        return builder.build();
    }

    private Op op() {
        return switch (settings.type()) {
            case ADAMW -> new Op.AdamW(settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay());
            case SGD -> new Op.Sgd(settings.momentum());
        };
    }

    /// Returns the names of a parameter's state tensors, the master copy first.
    List<String> states() {
        return switch (settings.type()) {
            case ADAMW -> List.of("master", "m", "v");
            case SGD -> List.of("master", "buffer");
        };
    }

    /// Returns the type of the control vector.
    TensorType control() {
        return switch (settings.type()) {
            case ADAMW -> TensorType.of(FP32, 4);
            case SGD -> TensorType.of(FP32, 2);
        };
    }

    /// Returns the control vector.
    ///
    /// @param factor on the gradient
    /// @param rate learning rate
    /// @param applied steps applied before
    /// @return as [Op.AdamW] and [Op.Sgd] say
    double[] control(double factor, double rate, long applied) {
        return switch (settings.type()) {
            case ADAMW ->
                new double[] {
                    factor,
                    rate,
                    1 - StrictMath.pow(settings.beta1(), applied + 1.0),
                    Math.sqrt(1 - StrictMath.pow(settings.beta2(), applied + 1.0))
                };
            case SGD -> new double[] {factor, rate};
        };
    }
}
