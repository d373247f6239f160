package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.Arithmetic;
import dev.parity.cpu.internal.fast.ConvolutionForward;
import dev.parity.cpu.internal.fast.ConvolutionInputGrad;
import dev.parity.cpu.internal.fast.ConvolutionWeightGrad;
import dev.parity.cpu.internal.fast.FloatMatMul;
import dev.parity.cpu.internal.fast.FloatSum;
import dev.parity.cpu.internal.fast.FloatTensor;
import dev.parity.cpu.internal.fast.PlainArithmetic;
import dev.parity.cpu.internal.fast.Reductions;
import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.OperandFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The arithmetic of one plan in a mode, with the overflow status of its rank, as Ascend's float status
/// is.
final class ModelArithmetic implements Arithmetic {
    /// The smallest normal FP16 number.
    private static final float LEAST_HALF = 0x1p-14f;

    private final PlainArithmetic plain = new PlainArithmetic();
    private final boolean blocked;
    private final int block;
    private final boolean saturates;
    private final boolean flushes;
    private final FloatSum.Order order;
    private final Reductions reductions;
    private final Optional<DeviceMatrices> device;
    private boolean saturated;

    /// @param formats of the matrix unit, where the mode has one
    /// @param counts of what its kernels did
    ModelArithmetic(NumericMode mode, Set<OperandFormat> formats, Counts counts) {
        blocked = mode.summation() == NumericMode.Summation.BLOCKED;
        block = mode.block();
        saturates = mode.overflow() == NumericMode.Overflow.SATURATE;
        flushes = mode.subnormals() == NumericMode.Subnormals.FLUSHED;
        order = Orders.of(mode);
        reductions = switch (mode.summation()) {
            case SEQUENTIAL -> new Reductions.Sequential();
            case BLOCKED -> new BlockedReductions(block);
            case DEVICE -> new DeviceReductions(mode.vectorUnit());
        };
        device = mode.summation() == NumericMode.Summation.DEVICE
                ? Optional.of(new DeviceMatrices(mode, formats, counts))
                : Optional.empty();
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
    public Runnable product(FloatMatMul product, ElementType type) {
        return device.map(unit -> unit.product(product, type))
                .orElseGet(() -> blocked ? Blocked.product(product, block) : plain.product(product, type));
    }

    @Override
    public Optional<Convolutions> convolutions() {
        return device.map(unit -> unit::convolution);
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
        boolean plainSums = reductions instanceof Reductions.Sequential;
        if (!plainSums && AxisLoops.takes(node.op())) {
            return new AxisLoops(reductions).of(node, in, out);
        }
        Runnable loops = plain.loops(node, in, out, exchanges, reductions);
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

    /// Where subnormals are flushed, FP32 results are too.
    @Override
    public boolean rounds(ElementType type) {
        return type == ElementType.FP16 || type == ElementType.BF16 || (flushes && type == ElementType.FP32);
    }

    /// Rounds to nearest even; where the mode saturates, what is too large becomes the largest value, NaN
    /// becomes 0, and either sets the status; where it flushes, what is subnormal becomes 0.
    @Override
    public void round(float[] values, int from, int to, ElementType type) {
        plain.round(values, from, to, type);
        if (flushes) {
            float least = type == ElementType.FP16 ? LEAST_HALF : Float.MIN_NORMAL;
            for (int i = from; i < to; i++) {
                values[i] = Math.abs(values[i]) < least ? Math.copySign(0f, values[i]) : values[i];
            }
        }
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        if (half && saturates && VectorElements.anyNonFinite(values, from, to)) {
            saturated = true;
            for (int i = from; i < to; i++) {
                values[i] = (float) type.saturated(values[i]);
            }
        }
    }
}
