package dev.parity.cpu.internal.host;

import dev.parity.spi.Backend;
import dev.parity.spi.Communicator;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Ranks on host memory: each program becomes, for each rank, a list of steps over arrays that never move.
///
/// @param <T> how this backend stores a tensor
public final class HostBackend<T extends Tensor> implements Backend {
    private final String id;
    private final String description;
    private final NumericMode mode;
    private final Kernels<T> kernels;
    private final List<Rank> ranks;
    private final Communicator communicator;

    /// Opens a backend.
    ///
    /// @param id of the provider
    /// @param world number of ranks, at least 1
    /// @param mode how it computes
    /// @param kernels how to store tensors and plan programs
    public HostBackend(String id, int world, NumericMode mode, Kernels<T> kernels) {
        this(id, "", world, mode, kernels);
    }

    /// Opens a backend that models a device.
    ///
    /// @param id of the provider
    /// @param description the device, and what is assumed; empty where none is modelled
    /// @param world number of ranks, at least 1
    /// @param mode how it computes
    /// @param kernels how to store tensors and plan programs
    public HostBackend(String id, String description, int world, NumericMode mode, Kernels<T> kernels) {
        if (world < 1) {
            throw new IllegalArgumentException("world must be at least 1, was " + world);
        }
        this.id = id;
        this.description = description;
        this.mode = mode;
        this.kernels = kernels;
        communicator = new Communicator();
        ranks = IntStream.range(0, world)
                .mapToObj(index -> new Rank(index, communicator))
                .toList();
    }

    /// How a kind of host backend stores tensors and computes Ops.
    ///
    /// @param <T> how it stores a tensor
    public interface Kernels<T extends Tensor> {
        /// Allocates a zeroed tensor.
        ///
        /// @param type element type and shape
        /// @return the tensor
        T allocate(TensorType type);

        /// Copies the elements of a tensor of the same type.
        ///
        /// @param from source
        /// @param to destination
        void copy(T from, T to);

        /// Tells whether an element type can be computed.
        ///
        /// @param type of an Op's first output
        /// @return the answer with its reason
        Support supports(ElementType type);

        /// Plans a program for a rank.
        ///
        /// @param program what to compute
        /// @param bound the tensors of the program's inputs and outputs
        /// @param exchanges makes its collectives
        /// @return steps that leave the outputs in their tensors
        List<Step> plan(Program program, Map<Value, T> bound, Exchanges exchanges);
    }

    Kernels<T> kernels() {
        return kernels;
    }

    Rank rank(int index) {
        return ranks.get(index);
    }

    /// Returns how often ranks have met in collectives, for tests and benchmarks.
    ///
    /// @return meetings of all groups
    public long meetings() {
        return communicator.meetings();
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
        String machine = "%s:%d on %s, %s"
                .formatted(id, rank, System.getProperty("os.arch"), System.getProperty("java.vm.name"));
        return description.isEmpty() ? machine : "%s (%s)".formatted(machine, description);
    }

    @Override
    public Support supports(Op op, ElementType type) {
        return kernels.supports(type);
    }

    @Override
    public Tensor allocate(int rank, TensorType type) {
        return kernels.allocate(type);
    }

    @Override
    public Executable compile(Program program) {
        checkSupports(program);
        return new HostExecutable<>(this, program);
    }

    /// Refuses to go on after a failure, so that ranks that meet nobody stop too.
    void checkNotAborted() {
        communicator.checkNotFailed(id);
    }

    @Override
    public void abort(Throwable cause) {
        communicator.fail(cause);
    }

    @Override
    public void close() {
        abort(new IllegalStateException(id + " was closed"));
    }
}
