package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatKernels;
import dev.parity.cpu.internal.fast.FloatTensor;
import dev.parity.cpu.internal.fast.OpPlan;
import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Computes as a device does that sums in another order than the fast path, or saturates.
public final class ModelKernels implements HostBackend.Kernels<FloatTensor> {
    private final NumericMode mode;
    private final FloatKernels fast = new FloatKernels();

    /// Makes the kernels of a mode.
    ///
    /// @param mode how to compute; operands are not rounded, sums are kept in FP32, subnormals too
    public ModelKernels(NumericMode mode) {
        this.mode = mode;
    }

    @Override
    public FloatTensor allocate(TensorType type) {
        return fast.allocate(type);
    }

    @Override
    public void copy(FloatTensor from, FloatTensor to) {
        fast.copy(from, to);
    }

    @Override
    public Support supports(ElementType type) {
        return fast.supports(type);
    }

    @Override
    public List<Step> plan(Program program, Map<Value, FloatTensor> bound, Exchanges exchanges) {
        ModelArithmetic arithmetic = new ModelArithmetic(mode);
        List<Step> steps = new ArrayList<>(List.of(new Step("clearing the overflow status", arithmetic::clear)));
        steps.addAll(new OpPlan(program, bound, exchanges, arithmetic).steps());
        return steps;
    }
}
