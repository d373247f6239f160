package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import dev.parity.spi.Node;
import dev.parity.spi.Value;
import java.util.function.ToLongFunction;

/// A node with the addresses of its values.
abstract class NodeOps {
    final Node node;
    final Commands commands;
    final Algebra algebra;
    final Way way;
    private final ToLongFunction<Value> addresses;

    /// Makes the family's part for a node.
    NodeOps(Node node, Way way, Commands commands, ToLongFunction<Value> addresses) {
        this.node = node;
        this.way = way;
        this.commands = commands;
        this.addresses = addresses;
        algebra = new Algebra(commands, way.saturates());
    }

    /// Makes the same node's part in another family.
    NodeOps(NodeOps other) {
        this(other.node, other.way, other.commands, other.addresses);
    }

    final View x(int index) {
        return view(node.input(index));
    }

    final View y(int index) {
        return view(node.outputs().get(index));
    }

    final View y() {
        return y(0);
    }

    private View view(Value value) {
        return View.of(
                addresses.applyAsLong(value),
                DataType.of(value.element()),
                value.shape().extents());
    }

    /// Returns an input in FP32.
    final View wide(int index) {
        return algebra.wide(x(index));
    }

    /// Returns a scalar input in FP32 as a matrix of one element.
    final View number(int index) {
        return algebra.wide(x(index).reshaped(1, 1));
    }

    final int extent(int index, int axis) {
        return node.input(index).shape().extent(axis);
    }

    final int size(int index) {
        return node.input(index).shape().size();
    }

    final boolean has(int index) {
        return index < node.inputs().size();
    }
}
