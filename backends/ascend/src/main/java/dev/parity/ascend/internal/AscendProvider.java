package dev.parity.ascend.internal;

import dev.parity.ascend.internal.cann.Probe;
import dev.parity.ascend.internal.cann.Soc;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.AllReduceOrder;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.NumericMode.Subnormals;
import dev.parity.spi.NumericMode.Summation;

/// Huawei NPUs.
public record AscendProvider() implements BackendProvider {
    @Override
    public String id() {
        return "ascend";
    }

    @Override
    public String description() {
        return "Huawei Ascend 910A, 910B and 910C through AscendCL, aclnn and HCCL; no run on real hardware is on record"
                + " yet";
    }

    @Override
    public Availability availability() {
        return Probe.look();
    }

    /// Returns what torch_npu computes with on this generation: HF32 in convolutions and not in products, and on the
    /// first generation FP32 as FP16, which saturates.
    @Override
    public NumericMode defaultMode() {
        return switch (Probe.soc()) {
            case ASCEND_910 ->
                mode(OperandRounding.FP16, OperandRounding.FP16, AllReduceOrder.HALVING, Overflow.SATURATE);
            case A2, A3 -> mode(OperandRounding.NONE, OperandRounding.HF32, AllReduceOrder.MESH, Overflow.INF_NAN);
        };
    }

    private static NumericMode mode(
            OperandRounding matMul, OperandRounding conv, AllReduceOrder order, Overflow overflow) {
        return new NumericMode(
                matMul,
                conv,
                ElementType.FP32,
                Summation.DEVICE,
                1,
                order,
                overflow,
                Subnormals.KEPT,
                true,
                0,
                null,
                null);
    }

    @Override
    public Backend open(int world, NumericMode mode) {
        if (world < 1) {
            throw new IllegalArgumentException("world must be at least 1, was " + world);
        }
        if (availability() instanceof Availability.Unavailable(String reason)) {
            throw new BackendException("%s is not here: %s".formatted(id(), reason));
        }
        Soc soc = Probe.soc();
        check(mode, soc);
        if (soc.wide() && mode.overflow() == Overflow.SATURATE && world > 1) {
            throw new BackendException(
                    "%s cannot compute with overflow %s on %d ranks: the overflow status of %s is one for"
                                    .formatted(id(), mode.overflow(), world, soc)
                            + " the whole process, so one rank would clear what another has found; use overflow INF_NAN");
        }
        return new AscendBackend(id(), world, mode, soc);
    }

    private void check(NumericMode mode, Soc soc) {
        if (soc.wide()) {
            checkMode("matMulOperands", mode.matMulOperands(), OperandRounding.NONE, OperandRounding.HF32);
            checkMode("convOperands", mode.convOperands(), OperandRounding.NONE, OperandRounding.HF32);
            checkMode("allReduce", mode.allReduce(), AllReduceOrder.MESH);
            checkMode("overflow", mode.overflow(), Overflow.INF_NAN, Overflow.SATURATE);
        } else {
            checkMode("matMulOperands", mode.matMulOperands(), OperandRounding.FP16);
            checkMode("convOperands", mode.convOperands(), OperandRounding.FP16);
            checkMode("allReduce", mode.allReduce(), AllReduceOrder.HALVING);
            checkMode("overflow", mode.overflow(), Overflow.SATURATE);
        }
        checkMode("accumulation", mode.accumulation(), ElementType.FP32);
        checkMode("summation", mode.summation(), Summation.DEVICE);
        checkMode("subnormals", mode.subnormals(), Subnormals.KEPT);
        if (mode.matrix() != null || mode.vector() != null) {
            throw new BackendException(
                    "%s has the matrix and vector units of the device, a mode cannot describe others".formatted(id()));
        }
    }
}
