package dev.parity.spi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A computation as data: nodes in order over values that are each written once.
///
/// Every rank runs the same program. Backends may run it node by node, fuse it or capture it; they may not
/// change what the outputs are.
///
/// @param name for messages
/// @param inputs values that the caller binds
/// @param nodes in an order in which each value is written before it is read
/// @param outputs values that the caller reads; an input may be an output
public record Program(String name, List<Value> inputs, List<Node> nodes, List<Value> outputs) {
    /// Checks that the program is well formed and that the types fit.
    public Program {
        inputs = List.copyOf(inputs);
        nodes = List.copyOf(nodes);
        outputs = List.copyOf(outputs);
        Set<Value> defined = new HashSet<>();
        Set<String> names = new HashSet<>();
        inputs.forEach(value -> define(value, defined, names));
        for (Node node : nodes) {
            for (Value value : node.inputs()) {
                if (!defined.contains(value)) {
                    throw new IllegalArgumentException("%s reads %s before it is written".formatted(node, value));
                }
            }
            List<TensorType> types = node.outputs().stream().map(Value::type).toList();
            List<TensorType> inferred =
                    node.op().infer(node.inputs().stream().map(Value::type).toList());
            if (!types.equals(inferred)) {
                throw new IllegalArgumentException("%s must have outputs %s".formatted(node, inferred));
            }
            node.outputs().forEach(value -> define(value, defined, names));
        }
        for (Value value : outputs) {
            if (!defined.contains(value)) {
                throw new IllegalArgumentException("output %s of %s is never written".formatted(value, name));
            }
        }
    }

    private static void define(Value value, Set<Value> defined, Set<String> names) {
        if (!defined.add(value) || !names.add(value.name())) {
            throw new IllegalArgumentException("%s is written twice".formatted(value));
        }
    }

    /// Finds an input by name.
    ///
    /// @param wanted its name, as given to the builder
    /// @return the value
    /// @throws IllegalArgumentException if there is none
    public Value input(String wanted) {
        return inputs.stream()
                .filter(value -> value.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("program %s has no input %s".formatted(name, wanted)));
    }

    /// Returns the SHA-256 of the program's listing: equal programs have equal hashes, on every machine and
    /// in every release.
    ///
    /// @return 64 hexadecimal digits
    public String hash() {
        return Canonical.hash(toString());
    }

    /// Lists inputs, nodes and outputs, a line each.
    @Override
    public String toString() {
        return Listing.of(this);
    }

    /// Puts together a program. A builder serves one program and is then thrown away.
    public static final class Builder {
        private final String name;
        private final List<Value> inputs = new ArrayList<>();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Value> outputs = new ArrayList<>();
        private final Map<String, Integer> uses = new HashMap<>();
        private int next;

        /// Starts an empty program.
        ///
        /// @param name for messages
        public Builder(String name) {
            this.name = name;
        }

        /// Declares a value that the caller binds.
        ///
        /// @param inputName unique among the inputs
        /// @param type element type and shape
        /// @return the value
        public Value input(String inputName, TensorType type) {
            Value value = define(inputName, type);
            inputs.add(value);
            return value;
        }

        /// Applies an Op with one output.
        ///
        /// @param valueName what the output is; a number is appended when the name is taken
        /// @param op the Op
        /// @param arguments its inputs
        /// @return its output
        public Value apply(String valueName, Op op, Value... arguments) {
            List<Value> results = applyAll(List.of(valueName), op, List.of(arguments));
            return results.getFirst();
        }

        /// Applies an Op with any number of outputs.
        ///
        /// @param valueNames what the outputs are, one name each; a number is appended when a name is taken
        /// @param op the Op
        /// @param arguments its inputs
        /// @return its outputs
        /// @throws IllegalArgumentException if the inputs do not fit the Op, or the names its outputs
        public List<Value> applyAll(List<String> valueNames, Op op, List<Value> arguments) {
            List<TensorType> types =
                    op.infer(arguments.stream().map(Value::type).toList());
            if (types.size() != valueNames.size()) {
                throw new IllegalArgumentException(
                        "%s has %d outputs, was given the names %s".formatted(op, types.size(), valueNames));
            }
            List<Value> results = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                results.add(define(valueNames.get(i), types.get(i)));
            }
            nodes.add(new Node(op, arguments, results));
            return List.copyOf(results);
        }

        /// Marks values that the caller reads.
        ///
        /// @param values defined in this builder
        public void output(Value... values) {
            outputs.addAll(List.of(values));
        }

        /// Returns the nodes so far.
        ///
        /// @return a copy
        public List<Node> nodes() {
            return List.copyOf(nodes);
        }

        /// Ends the program.
        ///
        /// @return the program
        public Program build() {
            return new Program(name, inputs, nodes, outputs);
        }

        private Value define(String valueName, TensorType type) {
            int use = uses.merge(valueName, 1, Integer::sum);
            return new Value(next++, use == 1 ? valueName : valueName + "#" + use, type);
        }
    }
}
