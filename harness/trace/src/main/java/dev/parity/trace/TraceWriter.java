package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.Lines;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Appends records to a JSON Lines file (plain, or compressed when the name ends in .gz or .zst) as they
/// happen. A file has one writer at a time.
///
/// What was written is on disk within a second, whatever the writer's thread does. After a failure nothing
/// more is written, so that what was written before can be read.
public final class TraceWriter implements AutoCloseable {
    private static final long FLUSH_MILLIS = 500;

    private final Path file;
    private final TraceLock lock;
    private final OutputStream out;
    private final TraceDigest digest = new TraceDigest();
    private final ScheduledExecutorService flusher;
    private @Nullable IOException failure;

    /// Creates the file and writes the header.
    ///
    /// @param file replaced if it exists; its folder must exist
    /// @param provenance how the run came about
    /// @throws UncheckedIOException if the file cannot be written
    /// @throws IllegalArgumentException if another writer has it
    public TraceWriter(Path file, Provenance provenance) {
        this(file, file, List.of(new TraceRecord.Header(TraceRecord.VERSION, provenance)));
    }

    /// Goes on with a file. The old one stays until the new one holds as much.
    ///
    /// @param file replaced; its folder must exist
    /// @param kept its first records, the header included
    /// @return the writer of what comes after them
    /// @throws UncheckedIOException if the file cannot be written
    /// @throws IllegalArgumentException if another writer has it
    public static TraceWriter resume(Path file, List<TraceRecord> kept) {
        // the ending decides on compression, so it stays
        return new TraceWriter(file, file.resolveSibling("resumed-" + file.getFileName()), kept);
    }

    /// @param target written at first, then moved to `file`
    private TraceWriter(Path file, Path target, List<TraceRecord> first) {
        this.file = file;
        flusher = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("trace-flusher").factory());
        try {
            lock = TraceLock.of(file);
            out = open(target, lock);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the trace " + file, problem);
        }
        first.forEach(this::append);
        flush();
        if (!target.equals(file)) {
            replace(target);
        }
        if (failure != null) {
            close(); // throws
        }
        var _ = flusher.scheduleWithFixedDelay(this::flush, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static OutputStream open(Path target, TraceLock lock) throws IOException {
        try {
            return Compression.write(target);
        } catch (IOException problem) {
            lock.close();
            throw problem;
        }
    }

    private void replace(Path temporary) {
        try {
            if (failure == null) {
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException problem) {
            keep(problem);
        }
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException problem) {
            keep(problem);
        }
    }

    /// Appends a record.
    ///
    /// @param item the record, less than 16 MiB when written
    /// @throws UncheckedIOException if it cannot be written, or an earlier one could not
    public synchronized void write(TraceRecord item) {
        append(item);
        check();
    }

    private synchronized void append(TraceRecord item) {
        byte[] line = Json.bytes(item);
        if (line.length >= Lines.LONGEST_RECORD) {
            throw new IllegalArgumentException("%s: expected a record of less than %d bytes, found %d"
                    .formatted(file, Lines.LONGEST_RECORD, line.length));
        }
        digest.add(item, line);
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException problem) {
            keep(problem);
        }
    }

    /// Makes everything written so far readable by others.
    public synchronized void flush() {
        try {
            out.flush();
        } catch (IOException problem) {
            keep(problem);
        }
    }

    /// Returns the digest of what was written so far.
    ///
    /// @return 64 hexadecimal digits
    public synchronized String digest() {
        return digest.hex();
    }

    /// Of several failures, the first is the reason of the others.
    private void keep(IOException problem) {
        if (failure == null) {
            failure = problem;
        }
    }

    private void check() {
        if (failure != null) {
            throw new UncheckedIOException(
                    "cannot write the trace %s: %s".formatted(file, failure.getMessage()), failure);
        }
    }

    @Override
    public synchronized void close() {
        flusher.shutdownNow();
        try (lock) {
            out.close();
        } catch (IOException problem) {
            keep(problem);
        }
        check();
    }
}
