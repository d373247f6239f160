package dev.parity.faults.internal;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Rewrites a program node by node. Values that others read, or the caller, keep their identity.
public final class Rewriter {
    private final Program program;
    private final Map<Value, Node> writers = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Value, double[]> constants = new LinkedHashMap<>();
    private final Map<Value, Value> carried = new LinkedHashMap<>();
    private int next;

    private Rewriter(Program program) {
        this.program = program;
        program.nodes().forEach(node -> node.outputs().forEach(output -> writers.put(output, node)));
        next = Stream.concat(program.inputs().stream(), writers.keySet().stream())
                        .mapToInt(Value::id)
                        .max()
                        .orElse(0)
                + 1;
    }

    /// What takes the place of a node.
    @FunctionalInterface
    public interface Change {
        /// Writes what takes the place of a node, or keeps it.
        ///
        /// @param node of the program, in order
        /// @param to receives nodes
        void rewrite(Node node, Rewriter to);
    }

    /// A rewritten program, with inputs and outputs that only the one who rewrote it knows.
    ///
    /// @param program the program
    /// @param constants elements of further inputs
    /// @param carried further inputs that hold what an output of the last run was, at first zeros
    record Rewritten(Program program, Map<Value, double[]> constants, Map<Value, Value> carried) {}

    /// Rewrites a program.
    ///
    /// @param program any program
    /// @param change asked of every node
    /// @return the rewritten program
    static Rewritten rewrite(Program program, Change change) {
        Rewriter to = new Rewriter(program);
        program.nodes().forEach(node -> change.rewrite(node, to));
        List<Value> inputs = new ArrayList<>(program.inputs());
        inputs.addAll(to.constants.keySet());
        inputs.addAll(to.carried.keySet());
        List<Value> outputs = new ArrayList<>(program.outputs());
        outputs.addAll(to.carried.values());
        return new Rewritten(new Program(program.name(), inputs, to.nodes, outputs), to.constants, to.carried);
    }

    /// Tells whether the program is the one of a name.
    ///
    /// @param name such as `training-step`
    /// @return whether it is
    public boolean isIn(String name) {
        return program.name().equals(name);
    }

    /// Tells whether a node belongs to the forward pass: no gradient was computed before it.
    ///
    /// @param node of the program
    /// @return whether it comes before the first gradient
    public boolean isForward(Node node) {
        return program.nodes().stream()
                .takeWhile(each -> !isGradient(each.output()))
                .anyMatch(node::equals);
    }

    /// Tells whether a value is a gradient of this rank, as the differentiation names it.
    ///
    /// @param value any value
    /// @return whether it is
    public static boolean isGradient(Value value) {
        return value.name().startsWith("d/");
    }

    /// Tells whether a node writes what is checked for overflow.
    ///
    /// @param node of the program
    /// @return whether a check reads an output of it
    public boolean isChecked(Node node) {
        return program.nodes().stream()
                .filter(check -> check.op() instanceof Op.NonFinite)
                .anyMatch(check -> node.outputs().stream().anyMatch(check.inputs()::contains));
    }

    /// Finds what computes a value.
    ///
    /// @param value of the program as it was
    /// @return the node; absent if it is an input
    public Optional<Node> writer(Value value) {
        return Optional.ofNullable(writers.get(value));
    }

    /// Keeps a node as it is.
    ///
    /// @param node of the program
    public void keep(Node node) {
        nodes.add(node);
    }

    /// Computes a value of the program in another way.
    ///
    /// @param output the value
    /// @param op what to compute
    /// @param inputs what it reads
    public void write(Value output, Op op, Value... inputs) {
        nodes.add(new Node(op, List.of(inputs), List.of(output)));
    }

    /// Computes something new.
    ///
    /// @param op with one output
    /// @param inputs what it reads
    /// @return the value
    public Value apply(Op op, Value... inputs) {
        TensorType type = op.infer(Stream.of(inputs).map(Value::type).toList()).getFirst();
        Value output = make(type);
        write(output, op, inputs);
        return output;
    }

    /// Keeps a node whose outputs are then to be written by others.
    ///
    /// @param node of the program
    /// @return what the node writes instead, in order
    public List<Value> detach(Node node) {
        List<Value> originals =
                node.outputs().stream().map(output -> make(output.type())).toList();
        nodes.add(new Node(node.op(), node.inputs(), originals));
        return originals;
    }

    /// Makes an input of numbers that stay.
    ///
    /// @param type element type and shape
    /// @param elements row-major
    /// @return the value
    public Value constant(TensorType type, double[] elements) {
        Value input = make(type);
        constants.put(input, elements.clone());
        return input;
    }

    /// Remembers a value from one run of the program to the next, on each rank.
    ///
    /// @param fresh what this run computes
    /// @return what the last run computed; zeros in the first
    public Value lastRunsValue(Value fresh) {
        Value input = make(fresh.type());
        carried.put(input, fresh);
        return input;
    }

    private Value make(TensorType type) {
        return new Value(next, "fault/%d".formatted(next++), type);
    }
}
