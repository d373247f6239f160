package dev.parity.engine.lockstep;

import dev.parity.spi.Node;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// A program of which every Op reads what it is given, whatever the Op before it wrote.
///
/// Values that a fault put in flow as they are: the Ops that take the place of one are judged as that one.
///
/// @param program reads a new input where the original reads a value; what each Op writes is an output
/// @param forced the new inputs with the values that they stand for
/// @param written what the Ops write, in order, without what a fault put in
record Cut(Program program, SequencedMap<Value, Value> forced, List<Value> written) {
    /// What the names of values begin with that faults put in.
    private static final String FAULT = "fault/";

    static Cut of(Program program) {
        List<Value> all = Stream.concat(
                        program.inputs().stream(), program.nodes().stream().flatMap(node -> node.outputs().stream()))
                .toList();
        int next = all.stream().mapToInt(Value::id).max().orElse(0) + 1;
        Map<Value, Value> twins = new LinkedHashMap<>();
        for (Node node : program.nodes()) {
            for (Value value : node.inputs()) {
                if (!isFaults(value) && !twins.containsKey(value)) {
                    twins.put(value, new Value(next++, "read/" + value.name(), value.type()));
                }
            }
        }
        List<Value> inputs =
                new ArrayList<>(program.inputs().stream().filter(Cut::isFaults).toList());
        inputs.addAll(twins.values());
        List<Node> nodes = program.nodes().stream()
                .map(node -> new Node(
                        node.op(),
                        node.inputs().stream()
                                .map(value -> twins.getOrDefault(value, value))
                                .toList(),
                        node.outputs()))
                .toList();
        List<Value> written = program.nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(value -> !isFaults(value))
                .toList();
        List<Value> outputs = new ArrayList<>(written);
        program.outputs().stream().filter(Cut::isFaults).forEach(outputs::add);
        SequencedMap<Value, Value> forced = new LinkedHashMap<>();
        twins.forEach((value, twin) -> forced.put(twin, value));
        return new Cut(new Program(program.name(), inputs, nodes, outputs), forced, written);
    }

    private static boolean isFaults(Value value) {
        return value.name().startsWith(FAULT);
    }
}
