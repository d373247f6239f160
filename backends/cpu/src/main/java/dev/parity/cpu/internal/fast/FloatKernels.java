package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.ElementType;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.List;
import java.util.Map;

/// The fast path: FP32 arithmetic, sums in ascending order, results rounded to FP16 or BF16 as stored.
public record FloatKernels() implements HostBackend.Kernels<FloatTensor> {
    @Override
    public FloatTensor allocate(TensorType type) {
        if (supports(type.element()) instanceof Support.Unsupported(String reason)) {
            throw new IllegalArgumentException("cannot hold %s: %s".formatted(type, reason));
        }
        return new FloatTensor(type);
    }

    @Override
    public void copy(FloatTensor from, FloatTensor to) {
        System.arraycopy(from.floats, 0, to.floats, 0, from.floats.length);
        System.arraycopy(from.ints, 0, to.ints, 0, from.ints.length);
    }

    @Override
    public Support supports(ElementType type) {
        return switch (type) {
            case FP32, BF16, FP16, INT32 -> new Support.Supported();
            case FP64 -> new Support.Unsupported("the fast path computes in FP32; use cpu-fp64");
            case UINT8 -> new Support.Unsupported("no Op computes in UINT8");
        };
    }

    @Override
    public List<Step> plan(Program program, Map<Value, FloatTensor> bound, Exchanges exchanges) {
        return new FloatPlan(program, bound, exchanges).steps();
    }
}
