package dev.parity.spi;

/// A program made ready for a backend's devices.
@FunctionalInterface
public interface Executable {
    /// Binds the program to tensors on the device of a rank, and makes there what every run needs: a
    /// plan, a captured graph, memory for what lies between the Ops. Ranks may bind at the same time; a
    /// program may be bound any number of times, and each Bound has memory of its own.
    ///
    /// An output may be bound to the tensor of an input: outputs are written after all inputs were read.
    /// A rank that cannot bind would leave the others waiting in a collective, so the backend is then
    /// aborted.
    ///
    /// @param rank 0 to world-1
    /// @param bindings a tensor of the declared type for every input and output; their addresses are
    ///     fixed from here on, so they stay open until the Bound is closed
    /// @return the program, bound; to be closed by the caller
    /// @throws BackendException if the device fails, or the backend was aborted
    /// @throws IllegalArgumentException if a binding is missing or of another type
    Bound bind(int rank, Bindings bindings);

    /// Makes an executable that refuses to bind after a failure, and aborts its backend if a rank cannot bind.
    ///
    /// @param backend of the ranks
    /// @param communicator that tells of failures
    /// @param binder binds the program to the tensors of a rank
    /// @return the executable
    static Executable of(Backend backend, Communicator communicator, Executable binder) {
        return (rank, bindings) -> {
            communicator.checkNotFailed(backend.id());
            try {
                return binder.bind(rank, bindings);
            } catch (RuntimeException | Error failure) { // or the others would wait for this rank
                backend.abort(failure);
                throw failure;
            }
        };
    }
}
