package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import java.util.List;

/// Updates of weights.
final class OptimizerLoops extends FloatNode {
    /// Weights updated at a time.
    private static final int UPDATED = 1024;

    OptimizerLoops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        super(node, in, out);
    }

    void adamW(Op.AdamW op) {
        adam(op).run(0, y().length);
    }

    void sgd(Op.Sgd op) {
        sgd((float) op.momentum(), 0, y().length);
    }

    /// Makes an optimizer's update that also leaves the new weights in their own type; block by block, so
    /// that they are still in the nearest cache.
    Runnable update(Op.Optimizer optimizer, FloatTensor weights) {
        int size = weights.floats.length;
        ElementType type = weights.type().element();
        return () -> {
            Range loops = switch (optimizer) {
                case Op.AdamW op -> adam(op);
                case Op.Sgd(double momentum) -> (from, to) -> sgd((float) momentum, from, to);
            };
            int to;
            for (int from = 0; from < size; from = to) {
                to = Math.min(from + UPDATED, size);
                loops.run(from, to);
                System.arraycopy(y(), from, weights.floats, from, to - from);
                Storage.round(weights.floats, from, to, type);
            }
        };
    }

    /// Loops over a range of elements.
    private interface Range {
        void run(int from, int to);
    }

    private Range adam(Op.AdamW op) {
        float[] control = x(4);
        VectorElements.Adam adam = new VectorElements.Adam(
                control[0],
                (float) op.beta1(),
                (float) (1 - op.beta1()),
                (float) op.beta2(),
                (float) (1 - op.beta2()),
                control[3],
                (float) op.epsilon(),
                (float) (1 - (double) control[1] * op.weightDecay()),
                control[1] / control[2]);
        double gain = adam.keep() >= 0.5f ? (double) adam.step() / adam.epsilon() : Double.POSITIVE_INFINITY;
        return (from, to) -> {
            float stuck = VectorElements.stuck(adam.beta1(), gain, x(0), from, to);
            float[] m = out.get(1).floats;
            float[] v = out.get(2).floats;
            VectorElements.adamW(y(), m, v, x(0), x(1), x(2), x(3), adam, stuck, from, to);
        };
    }

    private void sgd(float momentum, int from, int to) {
        float rate = x(3)[1];
        float stuck = VectorElements.stuck(momentum, rate, x(0), from, to);
        VectorElements.sgd(y(), out.get(1).floats, x(0), x(1), x(2), x(3)[0], momentum, rate, stuck, from, to);
    }
}
