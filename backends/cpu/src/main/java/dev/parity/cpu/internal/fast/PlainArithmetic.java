package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import java.util.List;

/// The fast path's own arithmetic: one running sum, all-reduce as a ring, overflow to infinity.
public record PlainArithmetic() implements Arithmetic {
    @Override
    public Runnable product(FloatMatMul product, ElementType type) {
        return product;
    }

    @Override
    public Runnable forward(ConvolutionForward forward, float[] y) {
        return forward.into(y, forward::row);
    }

    @Override
    public Runnable weightGrad(ConvolutionWeightGrad gradient) {
        return gradient;
    }

    @Override
    public Runnable inputGrad(ConvolutionInputGrad gradient) {
        return gradient;
    }

    @Override
    public Runnable loops(Node node, List<FloatTensor> in, List<FloatTensor> out, Exchanges exchanges) {
        return loops(node, in, out, exchanges, new Reductions.Sequential());
    }

    /// Makes loops that add up in another way what is not summed over axes.
    ///
    /// @param node what to compute
    /// @param in its inputs
    /// @param out its outputs
    /// @param exchanges makes collectives
    /// @param reductions add up
    /// @return computes it
    public Runnable loops(
            Node node, List<FloatTensor> in, List<FloatTensor> out, Exchanges exchanges, Reductions reductions) {
        return FloatLoops.of(node, in, out, exchanges, reductions);
    }

    @Override
    public FloatSum.Adder sum(Node node, int ranks, int k, List<FloatTensor> out) {
        return ranks == 2 ? FloatSum.ofTwo(k, out) : new FloatSum(node, ranks, this, FloatSum::ring).adder(k, out);
    }

    @Override
    public void round(float[] values, int from, int to, ElementType type) {
        Storage.round(values, from, to, type);
    }
}
