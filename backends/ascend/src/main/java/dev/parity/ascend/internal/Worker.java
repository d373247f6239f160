package dev.parity.ascend.internal;

import dev.parity.spi.BackendException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one thread of a rank: which device a call goes to, and its last error, belong to a thread.
final class Worker implements AutoCloseable {
    private final ExecutorService executor;
    private volatile @Nullable Thread thread;

    Worker(String name) {
        executor = Executors.newSingleThreadExecutor(work -> {
            Thread made = Thread.ofPlatform().name(name).daemon().unstarted(work);
            thread = made;
            return made;
        });
    }

    /// Lets the thread work, and waits for it. Whoever is interrupted meanwhile interrupts the work.
    ///
    /// @param work what is done there; done at once if this is the thread
    /// @return what the work gives
    <T> T call(Supplier<T> work) {
        if (Thread.currentThread().equals(thread)) {
            return work.get();
        }
        Future<T> future = executor.submit(work::get);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException interrupt) {
                    interrupted = true;
                    Thread working = thread;
                    if (working != null) {
                        working.interrupt();
                    }
                }
            }
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                case Throwable problem -> throw new BackendException(problem.toString(), problem);
                case null -> throw new IllegalStateException(failure);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Lets the thread work, and waits for it.
    void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
