package dev.parity.cpu;

import dev.parity.cpu.internal.fast.FloatKernels;
import dev.parity.cpu.internal.golden.GoldenKernels;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.model.ModelKernels;
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
import java.util.List;

/// The backends that run on this machine's processor.
public final class CpuProviders {
    private CpuProviders() {}

    /// Terms that a cube unit adds at once in FP16 (assumption).
    private static final int BLOCK = 16;

    private static final NumericMode FAST =
            mode(ElementType.FP32, Summation.SEQUENTIAL, AllReduceOrder.RING, Overflow.INF_NAN);
    private static final NumericMode GOLDEN =
            mode(ElementType.FP64, Summation.SEQUENTIAL, AllReduceOrder.RING, Overflow.INF_NAN);

    /// A mode with what all of them have in common.
    private static NumericMode mode(
            ElementType accumulation, Summation summation, AllReduceOrder allReduce, Overflow overflow) {
        return new NumericMode(
                OperandRounding.NONE, accumulation, summation, BLOCK, allReduce, overflow, Subnormals.KEPT, true);
    }

    /// What all of them share: they are always there.
    abstract static sealed class Provider implements BackendProvider {
        @Override
        public Availability availability() {
            return new Availability.Available(List.of("%d cores, %s, Java %s"
                    .formatted(
                            Runtime.getRuntime().availableProcessors(),
                            System.getProperty("os.arch"),
                            Runtime.version())));
        }

        /// Refuses what no processor here does: all sums run in one type, in an order that is known.
        final void check(NumericMode mode) {
            check("operandRounding", mode.operandRounding(), OperandRounding.NONE);
            check("accumulation", mode.accumulation(), defaultMode().accumulation());
            check("subnormals", mode.subnormals(), Subnormals.KEPT);
            check("deterministic", mode.deterministic(), true);
        }

        final void check(String field, Object found, Object... able) {
            if (!List.of(able).contains(found)) {
                throw new BackendException(
                        "%s cannot compute with %s %s, it can with %s".formatted(id(), field, found, List.of(able)));
            }
        }
    }

    /// Computes in FP32: by the fast path in its own mode, by a model in another.
    abstract static sealed class Fast extends Provider {
        @Override
        public Backend open(int world, NumericMode mode) {
            check(mode);
            check("summation", mode.summation(), Summation.SEQUENTIAL, Summation.BLOCKED);
            return new HostBackend<>(
                    id(), world, mode, mode.equals(FAST) ? new FloatKernels() : new ModelKernels(mode));
        }
    }

    abstract static sealed class Golden extends Provider {
        private final boolean stored;

        Golden(boolean stored) {
            this.stored = stored;
        }

        @Override
        public NumericMode defaultMode() {
            return GOLDEN;
        }

        @Override
        public Backend open(int world, NumericMode mode) {
            check(mode);
            check("summation", mode.summation(), Summation.SEQUENTIAL);
            check("allReduce", mode.allReduce(), AllReduceOrder.RING);
            check("overflow", mode.overflow(), Overflow.INF_NAN);
            return new HostBackend<>(id(), world, mode, new GoldenKernels(stored));
        }
    }

    /// The everyday backend.
    public static final class Cpu extends Fast {
        /// For the ServiceLoader.
        public Cpu() {}

        @Override
        public String id() {
            return "cpu";
        }

        @Override
        public String description() {
            return "this processor: FP32 arithmetic in ascending order of K, FP16 and BF16 as storage types";
        }

        @Override
        public NumericMode defaultMode() {
            return FAST;
        }
    }

    /// A placeholder for NVIDIA GPUs.
    public static final class CudaModel extends Fast {
        /// For the ServiceLoader.
        public CudaModel() {}

        @Override
        public String id() {
            return "cuda-model";
        }

        @Override
        public String description() {
            return "placeholder for an NVIDIA GPU on this processor: FP32 sums in ascending order of K, ring all-reduce,"
                    + " overflow to infinity; no tensor core is modelled";
        }

        @Override
        public NumericMode defaultMode() {
            return FAST;
        }
    }

    /// A placeholder for Ascend NPUs.
    public static final class AscendModel extends Fast {
        /// For the ServiceLoader.
        public AscendModel() {}

        @Override
        public String id() {
            return "ascend-model";
        }

        @Override
        public String description() {
            return "placeholder for an Ascend NPU on this processor: FP32 sums in blocks of 16 (assumption),"
                    + " halving all-reduce, FP16 and BF16 saturate with an overflow status; no cube unit is modelled";
        }

        @Override
        public NumericMode defaultMode() {
            return mode(ElementType.FP32, Summation.BLOCKED, AllReduceOrder.HALVING, Overflow.SATURATE);
        }
    }

    /// The golden that never rounds.
    public static final class Fp64 extends Golden {
        /// For the ServiceLoader.
        public Fp64() {
            super(false);
        }

        @Override
        public String id() {
            return "cpu-fp64";
        }

        @Override
        public String description() {
            return "golden, exact: FP64 arithmetic, nothing rounded to its type, nothing overflows";
        }
    }

    /// The golden that rounds each Op's output to its type.
    public static final class Stored extends Golden {
        /// For the ServiceLoader.
        public Stored() {
            super(true);
        }

        @Override
        public String id() {
            return "cpu-stored";
        }

        @Override
        public String description() {
            return "golden, stored: FP64 arithmetic, each Op's output rounded once to its type";
        }
    }
}
