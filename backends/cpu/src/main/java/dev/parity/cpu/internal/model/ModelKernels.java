package dev.parity.cpu.internal.model;

import dev.parity.cpu.internal.fast.FloatKernels;
import dev.parity.cpu.internal.fast.FloatTensor;
import dev.parity.cpu.internal.fast.OpPlan;
import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.OperandFormat;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Computes Op by Op, as a device does or as a processor that sums in another order than the fast path, or saturates.
public final class ModelKernels implements HostBackend.Kernels<FloatTensor> {
    private final NumericMode mode;
    private final Set<OperandFormat> formats;
    private final Counts counts = new Counts();
    private final FloatKernels fast = new FloatKernels();

    /// Makes the kernels of a mode.
    ///
    /// @param mode how to compute; sums are kept in FP32
    /// @param formats what the device's matrix unit multiplies; empty for a processor without one
    public ModelKernels(NumericMode mode, Set<OperandFormat> formats) {
        this.mode = mode;
        this.formats = Set.copyOf(formats);
    }

    /// Returns how often the kernels of all plans took which way.
    ///
    /// @return counts that go on
    public Counts counts() {
        return counts;
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
        boolean lacks = type == ElementType.BF16 && !formats.isEmpty() && !formats.contains(OperandFormat.BF16);
        return lacks ? new Support.Unsupported("the device has no BF16") : fast.supports(type);
    }

    @Override
    public List<Step> plan(Program program, Map<Value, FloatTensor> bound, Exchanges exchanges) {
        ModelArithmetic arithmetic = new ModelArithmetic(mode, formats, counts);
        List<Step> steps = new ArrayList<>(List.of(new Step("clearing the overflow status", arithmetic::clear)));
        steps.addAll(new OpPlan(program, bound, exchanges, arithmetic).steps());
        return steps;
    }
}
