package dev.parity.cpu.internal.fast;

import dev.parity.spi.Node;
import dev.parity.spi.Shape;
import java.util.List;

/// One node and its tensors, to be computed in FP32 and not rounded to its type.
abstract class FloatNode {
    final Node node;
    final List<FloatTensor> in;
    final List<FloatTensor> out;

    FloatNode(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        this.node = node;
        this.in = in;
        this.out = out;
    }

    final float[] x(int index) {
        return in.get(index).floats;
    }

    final int[] ints(int index) {
        return in.get(index).ints;
    }

    final float[] y() {
        return out.getFirst().floats;
    }

    final Shape shape(int index) {
        return node.input(index).shape();
    }

    final int extent(int index, int axis) {
        return shape(index).extent(axis);
    }
}
