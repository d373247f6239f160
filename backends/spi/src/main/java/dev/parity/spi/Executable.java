package dev.parity.spi;

/// A program made ready for a backend's devices.
public interface Executable {
    /// Runs the program once on the device of a rank, on the calling thread.
    ///
    /// Ranks run at the same time on different threads and meet in the collectives. Outputs are written
    /// after all inputs were read, so an output may be bound to the tensor of an input.
    ///
    /// @param rank 0 to world-1
    /// @param bindings a tensor of the declared type for every input and output
    /// @throws BackendException if the device fails, another rank of a collective did, or the backend was
    ///     aborted
    /// @throws IllegalArgumentException if a binding is missing or of another type
    void run(int rank, Bindings bindings);
}
