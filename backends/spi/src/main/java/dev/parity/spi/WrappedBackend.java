package dev.parity.spi;

/// A backend that leaves to another one what it does not do itself.
public interface WrappedBackend extends Backend {
    /// Returns the backend that does the rest.
    ///
    /// @return closed with this one
    Backend inner();

    @Override
    default String id() {
        return inner().id();
    }

    @Override
    default NumericMode mode() {
        return inner().mode();
    }

    @Override
    default int world() {
        return inner().world();
    }

    @Override
    default String device(int rank) {
        return inner().device(rank);
    }

    @Override
    default Support supports(Op op, ElementType type) {
        return inner().supports(op, type);
    }

    @Override
    default Tensor allocate(int rank, TensorType type) {
        return inner().allocate(rank, type);
    }

    @Override
    default void abort(Throwable cause) {
        inner().abort(cause);
    }

    @Override
    default void close() {
        inner().close();
    }
}
