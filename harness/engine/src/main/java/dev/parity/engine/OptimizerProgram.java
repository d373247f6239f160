package dev.parity.engine;

import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The optimizer step as a program.
///
/// @param rule how a parameter is updated
/// @param parameters all of them
record OptimizerProgram(UpdateRule rule, List<Parameter> parameters) {
    /// Writes the program. It reads the controls and, for each parameter P, the states (`P/master` and so on) and
    /// the gradient `P/grad`, and writes the new states (`P/master/new` and so on) and `P/new`.
    Program program() {
        Program.Builder builder = new Program.Builder("optimizer-step");
        Map<String, Value> controls = new LinkedHashMap<>();
        for (Map.Entry<String, TensorType> control : rule.controls().entrySet()) {
            controls.put(control.getKey(), builder.input(control.getKey(), control.getValue()));
        }
        for (Parameter parameter : parameters) {
            List<Value> states = new ArrayList<>();
            for (String state : rule.states()) {
                states.add(builder.input(parameter.name() + "/" + state, parameter.master()));
            }
            Value gradient = builder.input(parameter.name() + "/grad", parameter.type());
            List<Value> updated = rule.append(builder, parameter, states, gradient, controls);
            updated.forEach(builder::output);
            builder.output(builder.apply(
                    parameter.name() + "/new", new Op.Cast(parameter.type().element()), updated.getFirst()));
        }
        return builder.build();
    }
}
