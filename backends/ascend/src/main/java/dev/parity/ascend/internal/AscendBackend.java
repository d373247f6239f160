package dev.parity.ascend.internal;

import dev.parity.ascend.internal.cann.Cann;
import dev.parity.ascend.internal.cann.Determinism;
import dev.parity.ascend.internal.cann.Device;
import dev.parity.ascend.internal.cann.Soc;
import dev.parity.ascend.internal.ops.OpCommands;
import dev.parity.ascend.internal.ops.Way;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Canonical;
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
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Ranks on NPUs: a device each where there are enough, which then meet through HCCL; else all on the first device, as
/// streams that read each other's memory.
final class AscendBackend implements Backend {
    private final String id;
    private final Way way;
    private final Set<Workaround> inForce = Workaround.inForce();
    private final Communicator communicator = new Communicator();
    private final List<Rank> ranks = new ArrayList<>();
    private final Optional<Hccl> hccl;
    private final Handles handles = new Handles();
    private boolean closed;

    /// Opens devices.
    ///
    /// @param id of the provider
    /// @param world number of ranks, at least 1
    /// @param mode how it computes
    /// @param soc the generation
    /// @throws BackendException if a library refuses; what was opened is closed
    AscendBackend(String id, int world, NumericMode mode, Soc soc) {
        this.id = id;
        way = new Way(mode, soc, inForce.contains(Workaround.CUBE_TYPE));
        Cann cann = Cann.shared();
        if (inForce.contains(Workaround.DETERMINISM)) {
            Determinism.choose(cann, mode.deterministic());
        }
        boolean spread = world > 1 && cann.devices() >= world;
        List<Device> devices = new ArrayList<>();
        try {
            for (int rank = 0; rank < world; rank++) {
                if (spread || rank == 0) {
                    devices.add(new Device(cann, rank, soc));
                }
                ranks.add(handles.add(new Rank(rank, devices.getLast(), way, inForce, this::checkNotAborted)));
            }
            devices.forEach(device -> device.tells(() -> atWork(device)));
            hccl = spread
                    ? Optional.of(
                            handles.add(new Hccl(devices, inForce.contains(Workaround.FLAGS), ordersCollectives())))
                    : Optional.empty();
        } catch (RuntimeException | Error failure) {
            handles.close();
            throw failure;
        }
    }

    /// The first generation has no such switch.
    private boolean ordersCollectives() {
        return inForce.contains(Workaround.COLLECTIVE_ORDER)
                && way.mode().deterministic()
                && way.soc().wide();
    }

    Communicator communicator() {
        return communicator;
    }

    Optional<Hccl> hccl() {
        return hccl;
    }

    Way way() {
        return way;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public NumericMode mode() {
        return way.mode();
    }

    @Override
    public int world() {
        return ranks.size();
    }

    @Override
    public String device(int rank) {
        Device device = ranks.get(rank).device();
        String place = hccl.map(_ -> Hccl.text())
                .orElse(world() == 1 ? "" : "rank %d of %d as a stream".formatted(rank, world()));
        String switches =
                "deterministic=%s, overflow %s".formatted(mode().deterministic(), Canonical.name(mode().overflow()));
        return List.of("%s %s".formatted(device, device.text()), switches, Workaround.text(inForce), place).stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    @Override
    public Support supports(Op op, ElementType type) {
        boolean unsure = hccl.isPresent() && type.isFloating();
        return unsure && op instanceof Op.AllReduce all && all.reduction() == Op.Reduction.MAX
                ? new Support.Unsupported("HCCL does not say what the maximum of floats does with NaN")
                : OpCommands.supports(op, type, way.soc());
    }

    @Override
    public Tensor allocate(int rank, TensorType type) {
        return new AscendTensor(ranks.get(rank), type);
    }

    @Override
    public Executable compile(Program program) {
        checkSupports(program);
        checkInputs(program);
        return Executable.of(
                this, communicator, (rank, bindings) -> new AscendBound(this, ranks.get(rank), program, bindings));
    }

    /// Refuses inputs of a type that the device does not have; outputs are asked for with their Op.
    private void checkInputs(Program program) {
        for (Value input : program.inputs()) {
            if (input.element() == ElementType.BF16 && !way.soc().wide()) {
                throw new BackendException("%s cannot compile program %s: input %s is BF16, which Ascend 910A has not"
                        .formatted(id, program.name(), input.name()));
            }
        }
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
        hccl.ifPresent(Hccl::abort);
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
