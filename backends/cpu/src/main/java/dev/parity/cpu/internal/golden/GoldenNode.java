package dev.parity.cpu.internal.golden;

import dev.parity.spi.Node;
import dev.parity.spi.Shape;
import java.util.List;

/// One node and its tensors: `x(i)` is the array of its i-th input, `y()` that of its first output.
abstract class GoldenNode {
    final Node node;
    final List<DoubleTensor> in;
    final List<DoubleTensor> out;

    GoldenNode(Node node, List<DoubleTensor> in, List<DoubleTensor> out) {
        this.node = node;
        this.in = in;
        this.out = out;
    }

    final double[] x(int index) {
        return in.get(index).values;
    }

    final double[] y() {
        return out.getFirst().values;
    }

    final Shape shape(int index) {
        return node.input(index).shape();
    }

    final int extent(int index, int axis) {
        return shape(index).extent(axis);
    }
}
