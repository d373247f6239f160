package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.Node;
import java.util.List;

/// Elementwise Ops and layouts.
final class ElementLoops extends FloatNode {
    ElementLoops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        super(node, in, out);
    }

    void multiply() {
        float[] a = x(0);
        float[] b = x(1);
        float[] y = y();
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] * b[i];
        }
    }

    void cast() {
        float[] y = y();
        int[] to = out.getFirst().ints;
        if (node.input(0).element().isFloating()) {
            System.arraycopy(x(0), 0, y, 0, y.length);
            for (int i = 0; i < to.length; i++) {
                to[i] = (int) x(0)[i];
            }
        } else {
            System.arraycopy(ints(0), 0, to, 0, to.length);
            for (int i = 0; i < y.length; i++) {
                y[i] = ints(0)[i];
            }
        }
    }

    void copy() {
        System.arraycopy(x(0), 0, y(), 0, y().length);
        System.arraycopy(ints(0), 0, out.getFirst().ints, 0, ints(0).length);
    }

    Runnable transpose(List<Integer> axes) {
        int[] source = Strides.transposed(shape(0), axes);
        return () -> {
            float[] a = x(0);
            float[] y = y();
            for (int i = 0; i < y.length; i++) {
                y[i] = a[source[i]];
            }
        };
    }

    Runnable add() {
        return () -> VectorElements.add(y(), x(0), x(1), 0, y().length);
    }

    Runnable scale(float factor) {
        return () -> VectorElements.scale(y(), x(0), factor);
    }

    Runnable relu() {
        return () -> VectorElements.relu(y(), x(0));
    }

    Runnable reluGrad() {
        return () -> VectorElements.reluGrad(y(), x(0), x(1));
    }
}
