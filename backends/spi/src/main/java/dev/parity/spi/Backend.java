package dev.parity.spi;

/// Opened devices, one for each rank.
public interface Backend extends AutoCloseable {
    /// Returns the id of the provider that opened it.
    ///
    /// @return for example `cuda-model`
    String id();

    /// Returns how this backend computes.
    ///
    /// @return the mode it was opened with
    NumericMode mode();

    /// Returns the number of ranks.
    ///
    /// @return at least 1
    int world();

    /// Names the device of a rank.
    ///
    /// @param rank 0 to world-1
    /// @return hardware and driver, or the model and its assumptions
    String device(int rank);

    /// Tells whether an Op can be compiled.
    ///
    /// @param op the Op
    /// @param type the element type of its first output
    /// @return the answer with its reason
    Support supports(Op op, ElementType type);

    /// Allocates a zeroed tensor on the device of a rank.
    ///
    /// @param rank 0 to world-1
    /// @param type element type and shape
    /// @return the tensor, to be closed by the caller
    Tensor allocate(int rank, TensorType type);

    /// Makes a program ready to run on every rank.
    ///
    /// @param program what to compute
    /// @return the executable, valid until the backend is closed
    /// @throws BackendException if an Op is not supported, or compilation fails
    Executable compile(Program program);

    /// Refuses a program that it cannot compute.
    ///
    /// @param program what to compute
    /// @throws BackendException if an Op is not supported, with the reason
    default void checkSupports(Program program) {
        for (Node node : program.nodes()) {
            if (supports(node.op(), node.output().element()) instanceof Support.Unsupported(String reason)) {
                throw new BackendException("%s cannot run on %s: %s".formatted(node, id(), reason));
            }
        }
    }

    /// Gives up on the work at hand: ranks that wait in a collective, now or later, fail with the cause,
    /// and no program is bound or starts any more. Frees nothing. Any thread may call it, any number of
    /// times; the first cause counts. The backend is then good for nothing but freeing what was bound and
    /// its tensors, and closing it.
    ///
    /// @param cause why, such as what another rank threw
    void abort(Throwable cause);

    /// Frees the devices. Only whoever opened the backend closes it, when no rank runs a program any more
    /// and all that was bound and all tensors are freed; closing it again does nothing.
    @Override
    void close();
}
