package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatTensor;
import dev.parity.cpu.internal.fast.Layouts;
import dev.parity.cpu.internal.fast.Reductions;
import dev.parity.cpu.internal.fast.Strides;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import java.util.List;

/// Sums over axes, and norms, by whatever adds up their terms in ascending order.
///
/// @param reductions add up
record AxisLoops(Reductions reductions) {
    static boolean takes(Op op) {
        return op instanceof Op.ReduceSum || op instanceof Op.Norm;
    }

    /// Makes the loops of an Op that is taken.
    Runnable of(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        float[] y = out.getFirst().floats;
        return node.op() instanceof Op.ReduceSum(List<Integer> axes)
                ? reduceSum(Strides.reduced(node.input(0).shape(), axes), in.getFirst().floats, y)
                : () -> norm(in, y);
    }

    private Runnable reduceSum(int[] target, float[] x, float[] y) {
        int terms = x.length / y.length;
        int[] source = new int[x.length];
        int[] found = new int[y.length];
        for (int i = 0; i < target.length; i++) {
            source[target[i] * terms + found[target[i]]++] = i;
        }
        float[] gathered = new float[x.length];
        return () -> {
            Layouts.gather(gathered, x, source);
            for (int i = 0; i < y.length; i++) {
                y[i] = reductions.sum(gathered, i * terms, terms);
            }
        };
    }

    private void norm(List<FloatTensor> in, float[] y) {
        for (int t = 0; t < in.size(); t++) {
            float[] x = in.get(t).floats;
            y[t] = (float) Math.sqrt(reductions.dot(x, 0, x, 0, x.length));
        }
    }
}
