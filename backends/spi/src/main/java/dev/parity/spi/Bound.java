package dev.parity.spi;

/// A program bound to the tensors of one rank, to be run any number of times. It belongs to whoever bound
/// it, who uses it on one thread at a time.
public interface Bound extends AutoCloseable {
    /// Runs the program once on the device of its rank, on the calling thread.
    ///
    /// Ranks run at the same time on different threads and meet in the collectives, so all ranks of a
    /// group run the same programs in the same order.
    ///
    /// @throws BackendException if the device fails, another rank of a collective did, or the backend was
    ///     aborted
    /// @throws IllegalStateException if it was closed
    void run();

    /// Frees what it made for its runs, but not the tensors. Other ranks may read its memory in their
    /// collectives, so a Bound is closed when their runs are over too. Closing it again does nothing.
    @Override
    void close();
}
