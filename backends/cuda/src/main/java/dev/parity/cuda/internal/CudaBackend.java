package dev.parity.cuda.internal;

import dev.parity.cuda.internal.driver.Device;
import dev.parity.cuda.internal.driver.KernelImages;
import dev.parity.cuda.internal.libraries.CublasLt;
import dev.parity.cuda.internal.libraries.Cudnn;
import dev.parity.cuda.internal.libraries.Nccl;
import dev.parity.cuda.internal.ops.OpCommands;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Communicator;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Handles;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Ranks on GPUs: a device each where there are enough, which then meet through NCCL; else all on the first
/// device, as streams that read each other's memory.
final class CudaBackend implements Backend {
    private final String id;
    private final Set<Library> libraries;
    private final NumericMode mode;
    private final Communicator communicator = new Communicator();
    private final List<Rank> ranks = new ArrayList<>();
    private final Optional<Nccl> nccl;
    private final Handles handles = new Handles();
    private boolean closed;

    private CudaBackend(String id, Set<Library> libraries, int world, NumericMode mode) {
        this.id = id;
        this.libraries = Set.copyOf(libraries);
        this.mode = mode;
        boolean spread = world > 1 && Device.count() >= world;
        List<Device> devices = new ArrayList<>();
        try {
            for (int rank = 0; rank < world; rank++) {
                if (spread || rank == 0) {
                    devices.add(handles.add(new Device(rank)));
                }
                ranks.add(handles.add(new Rank(rank, devices.getLast())));
            }
            devices.forEach(device -> device.tells(() -> atWork(device)));
            nccl = spread ? Optional.of(handles.add(new Nccl(devices))) : Optional.empty();
        } catch (RuntimeException | Error failure) {
            handles.close();
            throw failure;
        }
    }

    /// Opens devices.
    ///
    /// @param id of the provider
    /// @param libraries that compute what they can
    /// @param world number of ranks, at least 1
    /// @param mode how it computes
    /// @throws BackendException if the driver refuses; what was opened is closed
    static CudaBackend open(String id, Set<Library> libraries, int world, NumericMode mode) {
        if (world < 1) {
            throw new IllegalArgumentException("world must be at least 1, was " + world);
        }
        try {
            return new CudaBackend(id, libraries, world, mode);
        } catch (LinkageError problem) {
            throw new BackendException(
                    "%s: the JavaCPP presets cannot be loaded: %s".formatted(id, problem.getMessage()), problem);
        }
    }

    Communicator communicator() {
        return communicator;
    }

    Rank rank(int index) {
        return ranks.get(index);
    }

    Optional<Nccl> nccl() {
        return nccl;
    }

    boolean uses(Library library) {
        return libraries.contains(library);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public NumericMode mode() {
        return mode;
    }

    @Override
    public int world() {
        return ranks.size();
    }

    @Override
    public String device(int rank) {
        Device device = ranks.get(rank).device();
        String place = nccl.map(_ -> Nccl.text())
                .orElse(world() == 1 ? "" : "rank %d of %d as a stream".formatted(rank, world()));
        return List.of(
                        "%s %s".formatted(device, device.text()),
                        KernelImages.origin(),
                        libraries.stream().sorted().map(this::version).collect(Collectors.joining(", ")),
                        place)
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private String version(Library library) {
        return switch (library) {
            case CUBLASLT -> CublasLt.text();
            case CUDNN -> Cudnn.text();
        };
    }

    @Override
    public Support supports(Op op, ElementType type) {
        boolean drops = nccl.isPresent() && type.isFloating();
        return drops && op instanceof Op.AllReduce all && all.reduction() == Op.Reduction.MAX
                ? new Support.Unsupported("NCCL's maximum of floats leaves out NaN")
                : OpCommands.supports(op, type);
    }

    @Override
    public Tensor allocate(int rank, TensorType type) {
        return new CudaTensor(ranks.get(rank), type);
    }

    @Override
    public Executable compile(Program program) {
        checkSupports(program);
        return Executable.of(
                this, communicator, (rank, bindings) -> new CudaBound(this, ranks.get(rank), program, bindings));
    }

    /// Refuses to go on after a failure, so that ranks that meet nobody stop too.
    void checkNotAborted() {
        communicator.checkNotFailed(id);
    }

    /// Says what the ranks of a device do: it fails for all of them.
    private String atWork(Device device) {
        return ranks.stream()
                .filter(rank -> rank.device() == device)
                .map(Rank::atWork)
                .collect(Collectors.joining());
    }

    @Override
    public void abort(Throwable cause) {
        communicator.fail(cause);
        try {
            nccl.ifPresent(Nccl::abort);
        } catch (BackendException second) {
            cause.addSuppressed(second); // the first one counts
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        communicator.fail(new IllegalStateException(id + " was closed"));
        handles.close();
    }
}
