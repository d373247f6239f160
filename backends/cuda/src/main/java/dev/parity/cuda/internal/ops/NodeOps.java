package dev.parity.cuda.internal.ops;

import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Shape;
import dev.parity.spi.Value;
import java.util.function.ToLongFunction;

/// A node with the addresses of its values.
abstract class NodeOps {
    final Node node;
    final Commands commands;
    private final ToLongFunction<Value> addresses;

    /// Makes the family's part for a node.
    NodeOps(Node node, Commands commands, ToLongFunction<Value> addresses) {
        this.node = node;
        this.commands = commands;
        this.addresses = addresses;
    }

    /// Makes the same node's part in another family.
    NodeOps(NodeOps other) {
        this(other.node, other.commands, other.addresses);
    }

    final long x(int index) {
        return addresses.applyAsLong(node.input(index));
    }

    /// Returns the address of an input that may be left out, or 0.
    final long optional(int index) {
        return index < node.inputs().size() ? x(index) : 0;
    }

    final long y(int index) {
        return addresses.applyAsLong(node.outputs().get(index));
    }

    final long y() {
        return y(0);
    }

    final Shape shape(int index) {
        return node.input(index).shape();
    }

    final int extent(int index, int axis) {
        return shape(index).extent(axis);
    }

    final int size(int index) {
        return shape(index).size();
    }

    /// Returns the element type of the output.
    final ElementType type() {
        return node.output().element();
    }

    static long bytes(Value value) {
        return (long) value.shape().size() * value.element().bytes();
    }

    /// Fills the output with zeros.
    final void clearOutput() {
        commands.clear(y(), bytes(node.output()));
    }
}
