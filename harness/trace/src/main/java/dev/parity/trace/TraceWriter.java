package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Appends records to a JSON Lines file (plain, or compressed when the name ends in .gz or .zst) as they
/// happen.
///
/// What was written is on disk within a second, whatever the writer's thread does.
public final class TraceWriter implements AutoCloseable {
    private static final long FLUSH_MILLIS = 500;

    private final Path file;
    private final OutputStream out;
    private final TraceDigest digest = new TraceDigest();
    private final ScheduledExecutorService flusher;
    private @Nullable IOException failure;

    /// Creates the file and writes the header.
    ///
    /// @param file replaced if it exists; its folder must exist
    /// @param provenance how the run came about
    /// @throws UncheckedIOException if the file cannot be written
    public TraceWriter(Path file, Provenance provenance) {
        this.file = file;
        try {
            out = Compression.write(file);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the trace " + file, problem);
        }
        flusher = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("trace-flusher").factory());
        write(new TraceRecord.Header(TraceRecord.VERSION, provenance));
        flush();
        var _ = flusher.scheduleWithFixedDelay(this::flush, FLUSH_MILLIS, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Appends a record.
    ///
    /// @param item the record
    /// @throws UncheckedIOException if it cannot be written, or an earlier one could not
    public synchronized void write(TraceRecord item) {
        byte[] line = Json.bytes(item);
        digest.add(item, line);
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException problem) {
            failure = problem;
        }
        check();
    }

    /// Makes everything written so far readable by others.
    public synchronized void flush() {
        try {
            out.flush();
        } catch (IOException problem) {
            failure = problem;
        }
    }

    /// Returns the digest of what was written so far.
    ///
    /// @return 64 hexadecimal digits
    public synchronized String digest() {
        return digest.hex();
    }

    private void check() {
        if (failure != null) {
            throw new UncheckedIOException("cannot write the trace " + file, failure);
        }
    }

    @Override
    public synchronized void close() {
        flusher.shutdownNow();
        try {
            out.close();
        } catch (IOException problem) {
            failure = problem;
        }
        check();
    }
}
