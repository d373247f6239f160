package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatTensor;
import dev.parity.cpu.internal.fast.MoeLoops;
import dev.parity.cpu.internal.fast.Strides;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import java.util.Arrays;
import java.util.List;

/// Plain sums and dot products whose sums are sums of blocks.
///
/// @param terms of a block
record BlockedLoops(int terms) {
    static boolean takes(Op op) {
        return op instanceof Op.ReduceSum
                || op instanceof Op.CombineWeightGrad
                || op instanceof Op.ScaleRowsCoefficientGrad
                || op instanceof Op.Norm;
    }

    /// Makes the loops of an Op that is taken.
    Runnable of(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        MoeLoops moe = new MoeLoops(node, in, out);
        float[] y = out.getFirst().floats;
        if (node.op() instanceof Op.ReduceSum(List<Integer> axes)) {
            return reduceSum(Strides.reduced(node.input(0).shape(), axes), in.getFirst().floats, y);
        }
        if (node.op() instanceof Op.CombineWeightGrad) {
            return moe.combineWeightGrad(this::dot);
        }
        if (node.op() instanceof Op.ScaleRowsCoefficientGrad scale) {
            return moe.scaleRowsCoefficientGrad(scale.column(), this::dot);
        }
        return () -> norm(in, y);
    }

    private Runnable reduceSum(int[] target, float[] x, float[] y) {
        float[] partial = new float[y.length];
        int[] added = new int[y.length];
        return () -> {
            Arrays.fill(y, 0);
            Arrays.fill(partial, 0);
            Arrays.fill(added, 0);
            for (int i = 0; i < x.length; i++) {
                int t = target[i];
                partial[t] += x[i];
                if (++added[t] == terms) {
                    y[t] += partial[t];
                    partial[t] = 0;
                    added[t] = 0;
                }
            }
            for (int i = 0; i < y.length; i++) {
                y[i] += partial[i];
            }
        };
    }

    float dot(float[] a, int atA, float[] b, int atB, int length) {
        float sum = 0;
        for (int first = 0; first < length; first += terms) {
            float partial = 0;
            for (int j = first; j < Math.min(first + terms, length); j++) {
                partial = Math.fma(a[atA + j], b[atB + j], partial);
            }
            sum += partial;
        }
        return sum;
    }

    private void norm(List<FloatTensor> in, float[] y) {
        for (int t = 0; t < in.size(); t++) {
            float[] x = in.get(t).floats;
            y[t] = (float) Math.sqrt(dot(x, 0, x, 0, x.length));
        }
    }
}
