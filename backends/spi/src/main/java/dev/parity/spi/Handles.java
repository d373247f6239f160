package dev.parity.spi;

import java.util.ArrayDeque;
import java.util.Deque;

/// Handles that are closed together, the last one first.
public final class Handles implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /// Makes an empty collection.
    public Handles() {}

    /// Takes a handle.
    ///
    /// @param handle closed with this
    /// @return the same handle
    /// @param <H> its class
    public <H extends AutoCloseable> H add(H handle) {
        open.push(handle);
        return handle;
    }

    /// Closes all, also after one could not be closed.
    ///
    /// @throws BackendException what the first one threw, with the others' as suppressed
    @Override
    public void close() {
        BackendException failure = null;
        while (!open.isEmpty()) {
            AutoCloseable handle = open.pop();
            try {
                handle.close();
            } catch (Exception problem) {
                BackendException told = new BackendException(
                        "cannot close %s: %s".formatted(handle.getClass().getSimpleName(), problem.getMessage()),
                        problem);
                if (failure == null) {
                    failure = told;
                } else {
                    failure.addSuppressed(told);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
