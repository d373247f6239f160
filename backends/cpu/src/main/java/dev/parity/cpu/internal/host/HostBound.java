package dev.parity.cpu.internal.host;

import dev.parity.spi.BackendException;
import dev.parity.spi.Bound;
import java.util.List;

/// The steps of a program on one rank, with the memory that they hold.
final class HostBound implements Bound {
    private final HostBackend<?> backend;
    private final int rank;
    private final String program;
    private List<Step> steps;
    private boolean closed;

    HostBound(HostBackend<?> backend, int rank, String program, List<Step> steps) {
        this.backend = backend;
        this.rank = rank;
        this.program = program;
        this.steps = steps;
    }

    @Override
    public void run() {
        if (closed) {
            throw new IllegalStateException("program %s on %s:%d was closed".formatted(program, backend.id(), rank));
        }
        backend.checkNotAborted();
        int at = 0;
        try {
            for (; at < steps.size(); at++) {
                steps.get(at).work().run();
            }
        } catch (RuntimeException | Error failure) {
            BackendException told = new BackendException(
                    "%s failed on %s:%d: %s".formatted(steps.get(at).what(), backend.id(), rank, failure.getMessage()),
                    failure);
            backend.abort(told);
            throw told;
        }
    }

    @Override
    public void close() {
        closed = true;
        steps = List.of(); // the garbage collector frees their memory
    }
}
