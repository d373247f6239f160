package dev.parity.cpu;

import dev.parity.cpu.internal.fast.FloatKernels;
import dev.parity.cpu.internal.golden.GoldenKernels;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.model.ModelKernels;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.AllReduceOrder;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.NumericMode.Subnormals;
import dev.parity.spi.NumericMode.Summation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The backends that run on this machine's processor.
public final class CpuProviders implements BackendProvider.Catalogue {
    /// Terms of a block, where sums are of blocks and nobody says of how many.
    private static final int BLOCK = 16;

    private static final NumericMode FAST =
            NumericMode.plain(ElementType.FP32, Summation.SEQUENTIAL, BLOCK, AllReduceOrder.RING, Overflow.INF_NAN);
    private static final NumericMode GOLDEN =
            NumericMode.plain(ElementType.FP64, Summation.SEQUENTIAL, BLOCK, AllReduceOrder.RING, Overflow.INF_NAN);

    /// Orders of ranks that are always the same.
    static final Set<AllReduceOrder> DETERMINISTIC = EnumSet.complementOf(EnumSet.of(AllReduceOrder.ARRIVAL));

    /// For the ServiceLoader.
    public CpuProviders() {}

    @Override
    public List<BackendProvider> providers() {
        List<BackendProvider> providers = new ArrayList<>(List.of(
                new Cpu(),
                new Golden(
                        "cpu-fp64",
                        "golden, exact: FP64 arithmetic, nothing rounded to its type, nothing overflows",
                        false),
                new Golden(
                        "cpu-stored",
                        "golden, stored: FP64 arithmetic, each Op's output rounded once to its type",
                        true)));
        providers.addAll(ModelProvider.all());
        return providers;
    }

    /// Says that this processor is there.
    static Availability here() {
        return new Availability.Available(List.of("%d cores, %s, Java %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(), System.getProperty("os.arch"), Runtime.version())));
    }

    /// Refuses what only devices do.
    private static void checkPlain(BackendProvider provider, NumericMode mode) {
        provider.checkMode("matMulOperands", mode.matMulOperands(), OperandRounding.NONE);
        provider.checkMode("convOperands", mode.convOperands(), OperandRounding.NONE);
        provider.checkMode("subnormals", mode.subnormals(), Subnormals.KEPT);
        provider.checkMode("deterministic", mode.deterministic(), true);
    }

    /// The everyday backend: FP32, by the fast path in its own mode, Op by Op in another.
    private record Cpu() implements BackendProvider {
        @Override
        public String id() {
            return "cpu";
        }

        @Override
        public String description() {
            return "this processor: FP32 arithmetic in ascending order of K or in blocks, FP16 and BF16 as storage types";
        }

        @Override
        public Availability availability() {
            return here();
        }

        @Override
        public NumericMode defaultMode() {
            return FAST;
        }

        @Override
        public Backend open(int world, NumericMode mode) {
            checkPlain(this, mode);
            checkMode("accumulation", mode.accumulation(), ElementType.FP32);
            checkMode("summation", mode.summation(), Summation.SEQUENTIAL, Summation.BLOCKED);
            checkMode("allReduce", mode.allReduce(), DETERMINISTIC.toArray());
            return new HostBackend<>(
                    id(), world, mode, mode.equals(FAST) ? new FloatKernels() : new ModelKernels(mode, Set.of()));
        }
    }

    /// A golden in binary64.
    ///
    /// @param stored whether each Op's output is rounded to its type
    private record Golden(String id, String description, boolean stored) implements BackendProvider {
        @Override
        public Availability availability() {
            return here();
        }

        @Override
        public NumericMode defaultMode() {
            return GOLDEN;
        }

        @Override
        public Backend open(int world, NumericMode mode) {
            checkPlain(this, mode);
            checkMode("accumulation", mode.accumulation(), ElementType.FP64);
            checkMode("summation", mode.summation(), Summation.SEQUENTIAL);
            checkMode("allReduce", mode.allReduce(), AllReduceOrder.RING);
            checkMode("overflow", mode.overflow(), Overflow.INF_NAN);
            return new HostBackend<>(id, world, mode, new GoldenKernels(stored));
        }
    }
}
