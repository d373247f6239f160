package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.Arithmetic;
import dev.parity.cpu.internal.fast.ConvolutionForward;
import dev.parity.cpu.internal.fast.ConvolutionInputGrad;
import dev.parity.cpu.internal.fast.ConvolutionWeightGrad;
import dev.parity.cpu.internal.fast.FloatMatMul;
import dev.parity.cpu.internal.fast.FloatSum;
import dev.parity.cpu.internal.fast.FloatTensor;
import dev.parity.cpu.internal.fast.PlainArithmetic;
import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import java.util.List;

/// The arithmetic of one plan in a mode, with the overflow status of its rank, as Ascend's float status
/// is.
final class ModelArithmetic implements Arithmetic {
    private final PlainArithmetic plain = new PlainArithmetic();
    private final boolean blocked;
    private final int block;
    private final boolean saturates;
    private final FloatSum.Order order;
    private boolean saturated;

    ModelArithmetic(NumericMode mode) {
        blocked = mode.summation() == NumericMode.Summation.BLOCKED;
        block = mode.block();
        saturates = mode.overflow() == NumericMode.Overflow.SATURATE;
        order = switch (mode.allReduce()) {
            case RING -> FloatSum::ring;
            case HALVING -> ModelArithmetic::halving;
        };
    }

    /// Forgets what was saturated in an earlier run.
    void clear() {
        saturated = false;
    }

    /// Tells whether a result was saturated in this run.
    boolean saturated() {
        return saturated;
    }

    @Override
    public Runnable product(FloatMatMul product) {
        return blocked ? Blocked.product(product, block) : plain.product(product);
    }

    @Override
    public Runnable forward(ConvolutionForward forward, float[] y) {
        return blocked ? Blocked.forward(forward, y) : plain.forward(forward, y);
    }

    @Override
    public Runnable weightGrad(ConvolutionWeightGrad gradient) {
        return blocked ? Blocked.weightGrad(gradient) : plain.weightGrad(gradient);
    }

    @Override
    public Runnable inputGrad(ConvolutionInputGrad gradient) {
        return blocked ? Blocked.inputGrad(gradient) : plain.inputGrad(gradient);
    }

    @Override
    public Runnable loops(Node node, List<FloatTensor> in, List<FloatTensor> out, Exchanges exchanges) {
        if (blocked && BlockedLoops.takes(node.op())) {
            return new BlockedLoops(block).of(node, in, out);
        }
        Runnable loops = plain.loops(node, in, out, exchanges);
        return node.op() instanceof Op.NonFinite ? () -> flag(loops, out.getFirst()) : loops;
    }

    /// What was saturated is finite, so the status tells.
    private void flag(Runnable loops, FloatTensor found) {
        loops.run();
        if (saturated) {
            found.ints[0] = 1;
        }
    }

    @Override
    public FloatSum.Adder sum(Node node, int ranks, int k, List<FloatTensor> out) {
        return new FloatSum(node, ranks, this, order).adder(k, out);
    }

    /// Ranks beyond the largest power of two are first added to the first ones; then upper halves to lower
    /// halves.
    private static float[] halving(FloatSum sum, float[][] parts, int place, int length) {
        int power = Integer.highestOneBit(parts.length);
        for (int r = power; r < parts.length; r++) {
            sum.add(parts[r - power], parts[r], length);
        }
        for (int half = power / 2; half >= 1; half /= 2) {
            for (int r = 0; r < half; r++) {
                sum.add(parts[r], parts[r + half], length);
            }
        }
        return parts[0];
    }

    /// Rounds to nearest even; where the mode saturates, what is too large becomes the largest value, NaN
    /// becomes 0, and either sets the status.
    @Override
    public void round(float[] values, int from, int to, ElementType type) {
        plain.round(values, from, to, type);
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        if (half && saturates && VectorElements.anyNonFinite(values, from, to)) {
            saturated = true;
            float largest = (float) type.maxValue();
            for (int i = from; i < to; i++) {
                values[i] = Float.isNaN(values[i]) ? 0 : Math.clamp(values[i], -largest, largest);
            }
        }
    }
}
