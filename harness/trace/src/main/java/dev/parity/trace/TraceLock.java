package dev.parity.trace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Keeps a second writer from a trace: a lock on a file beside it, `NAME.lock`. The system frees it when the
/// process ends, however it ends; the file itself locks nothing.
///
/// It is not the trace that is locked, because a process loses its lock when it closes any other channel of
/// that file, such as a reader's (POSIX, fcntl). For the same reason this process's own locks are a set.
final class TraceLock implements AutoCloseable {
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path place;
    private final FileChannel channel;

    private TraceLock(Path place, FileChannel channel) {
        this.place = place;
        this.channel = channel;
    }

    /// Takes the lock.
    ///
    /// @param trace need not exist, its folder must
    /// @throws IllegalArgumentException if another writer has it
    /// @throws IOException if the file beside it cannot be made
    static TraceLock of(Path trace) throws IOException {
        Path folder = trace.toAbsolutePath().getParent();
        Path place = (folder == null ? trace : folder.toRealPath()).resolve(trace.getFileName() + ".lock");
        if (!HELD.add(place)) {
            throw taken(trace);
        }
        boolean taken = false;
        try {
            TraceLock lock = open(trace, place);
            taken = true;
            return lock;
        } finally {
            if (!taken) {
                HELD.remove(place);
            }
        }
    }

    private static TraceLock open(Path trace, Path place) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null && Files.exists(place)) {
                return new TraceLock(place, channel);
            }
            channel.close();
            if (lock == null) {
                throw taken(trace);
            } // else its owner has just removed the file
        }
    }

    private static IllegalArgumentException taken(Path trace) {
        return new IllegalArgumentException(
                "%s: another run is writing this file: wait for its end, or give another file".formatted(trace));
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(place); // while it is locked, so that nobody else's is removed
        } finally {
            HELD.remove(place);
        }
    }
}
