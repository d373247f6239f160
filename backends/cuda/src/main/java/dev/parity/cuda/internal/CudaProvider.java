package dev.parity.cuda.internal;

import dev.parity.cuda.internal.driver.Probe;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// NVIDIA GPUs, with our own kernels or with NVIDIA's libraries for some Ops.
///
/// @param libraries which ones compute what they can
public record CudaProvider(Set<Library> libraries) implements BackendProvider {
    /// TF32 in convolutions and not in matrix products is what PyTorch sets (torch.backends.cudnn.allow_tf32 and
    /// torch.backends.cuda.matmul.allow_tf32).
    private static final NumericMode MODE = new NumericMode(
            OperandRounding.NONE,
            OperandRounding.TF32,
            ElementType.FP32,
            Summation.DEVICE,
            1,
            AllReduceOrder.RING,
            Overflow.INF_NAN,
            Subnormals.KEPT,
            true,
            0,
            null,
            null);

    /// Lists the choices of libraries.
    ///
    /// @return our own kernels first
    public static List<BackendProvider> all() {
        return List.of(
                new CudaProvider(Set.of()),
                new CudaProvider(EnumSet.of(Library.CUBLASLT)),
                new CudaProvider(EnumSet.of(Library.CUDNN)),
                new CudaProvider(EnumSet.allOf(Library.class)));
    }

    @Override
    public String id() {
        return libraries.stream()
                .map(library -> ":" + library.id())
                .sorted()
                .collect(Collectors.joining("", "cuda", ""));
    }

    @Override
    public String description() {
        String work = libraries.isEmpty()
                ? "all Ops by our own kernels"
                : libraries.stream().sorted().map(Library::does).collect(Collectors.joining(", "))
                        + ", other Ops by our own kernels";
        return "NVIDIA GPUs through CUDA 13, %s; no run on real hardware is on record yet".formatted(work);
    }

    @Override
    public Availability availability() {
        return Probe.look(
                libraries.stream().flatMap(library -> library.files().stream()).toList());
    }

    @Override
    public NumericMode defaultMode() {
        return MODE;
    }

    @Override
    public Backend open(int world, NumericMode mode) {
        checkMode("matMulOperands", mode.matMulOperands(), OperandRounding.NONE, OperandRounding.TF32);
        checkMode("convOperands", mode.convOperands(), OperandRounding.NONE, OperandRounding.TF32);
        checkMode("accumulation", mode.accumulation(), ElementType.FP32);
        checkMode("summation", mode.summation(), Summation.DEVICE);
        checkMode("allReduce", mode.allReduce(), AllReduceOrder.RING);
        checkMode("overflow", mode.overflow(), Overflow.INF_NAN);
        checkMode("subnormals", mode.subnormals(), Subnormals.KEPT);
        if (mode.matrix() != null || mode.vector() != null) {
            throw new BackendException(
                    "%s has the matrix and vector units of the device, a mode cannot describe others".formatted(id()));
        }
        return switch (availability()) {
            case Availability.Available _ -> CudaBackend.open(id(), libraries, world, mode);
            case Availability.Unavailable(String reason) ->
                throw new BackendException("%s is not here: %s".formatted(id(), reason));
        };
    }
}
