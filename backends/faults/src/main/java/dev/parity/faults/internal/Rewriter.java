package dev.parity.faults.internal;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Puts nodes between a value and all that read it. The value keeps its identity; what its node now writes
/// is another one.
public final class Rewriter {
    private final Program program;
    private int next;

    private Rewriter(Program program) {
        this.program = program;
        next = program.nodes().stream()
                        .flatMap(node -> node.outputs().stream())
                        .mapToInt(Value::id)
                        .max()
                        .orElse(0)
                + 1;
    }

    /// What comes between.
    public interface Change {
        /// Lists the nodes that turn the original into the value.
        ///
        /// @param node what computed the value, now with `original` as its first output
        /// @param original what the node writes now
        /// @param value to be written by the last node
        /// @param rewriter makes values for what comes between
        /// @return the nodes, in order
        List<Node> between(Node node, Value original, Value value, Rewriter rewriter);
    }

    /// Rewrites the first output of every node that fits.
    ///
    /// @param program any program
    /// @param fits which nodes
    /// @param change what comes between
    /// @return the rewritten program, or the same one if no node fits
    public static Program after(Program program, Predicate<Node> fits, Change change) {
        Rewriter rewriter = new Rewriter(program);
        List<Node> nodes = new ArrayList<>();
        for (Node node : program.nodes()) {
            if (!fits.test(node)) {
                nodes.add(node);
                continue;
            }
            Value original = rewriter.like(node.output(), "unchanged");
            List<Value> outputs = new ArrayList<>(node.outputs());
            outputs.set(0, original);
            Node moved = new Node(node.op(), node.inputs(), outputs);
            nodes.add(moved);
            nodes.addAll(change.between(moved, original, node.output(), rewriter));
        }
        return new Program(program.name(), program.inputs(), nodes, program.outputs());
    }

    /// Makes a new value of the same type.
    ///
    /// @param value to be like
    /// @param suffix of its name
    /// @return a value of this program
    public Value like(Value value, String suffix) {
        return new Value(next++, program.name() + "/" + value.name() + "/" + suffix, value.type());
    }

    /// Makes a node with one output.
    ///
    /// @param op what to compute
    /// @param output what it writes
    /// @param inputs what it reads
    /// @return the node
    public static Node node(Op op, Value output, Value... inputs) {
        return new Node(op, List.of(inputs), List.of(output));
    }
}
