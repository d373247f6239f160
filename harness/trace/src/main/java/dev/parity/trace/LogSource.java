package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.Lines;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A log: the lines of a file, one after another, plain or compressed, however long the file is; or files
/// that make up one run, for importers that read bytes.
///
/// A line of more than 1 MiB is cut there. A line that is cut and a file that is cut are gaps. A carriage
/// return ends a line too, as progress bars use it.
public final class LogSource implements AutoCloseable {
    private final Path file;
    private final List<Path> parts;
    private final String name;
    private final InputStream in;
    private final Lines lines;
    private final List<String> gaps = new ArrayList<>();
    private int number;
    private boolean rest;
    private boolean ended;

    private LogSource(Path file, List<Path> parts, InputStream in) {
        this.file = file;
        this.parts = List.copyOf(parts);
        name = String.valueOf(file.getFileName());
        this.in = in;
        lines = new Lines(in, Lines.LONGEST_LOG_LINE, true);
    }

    /// One line.
    ///
    /// @param text without the line's end
    /// @param file name of the log
    /// @param number from 1
    public record Line(String text, String file, int number) {
        /// Says where it stands.
        ///
        /// @return file and line
        public String origin() {
            return file + ':' + number;
        }
    }

    /// Says which lines are worth to be made a text.
    @FunctionalInterface
    public interface Filter {
        /// Looks at a line's bytes.
        ///
        /// @param bytes that hold the line, not to be written to
        /// @param from its first byte
        /// @param to after its last byte
        /// @return false if the line says nothing that is sought
        boolean takes(byte[] bytes, int from, int to);
    }

    /// Opens a log.
    ///
    /// @param file plain, gzip or Zstandard, whichever its first bytes say
    /// @return its lines, to be closed by the caller
    /// @throws TraceFormatException if it is compressed and damaged
    /// @throws UncheckedIOException if it cannot be read
    public static LogSource open(Path file) {
        return new LogSource(file, List.of(file), bytes(file));
    }

    /// Opens files that make up one run.
    ///
    /// @param folder that they lie in, which names the run
    /// @param parts at least one; the lines are those of the first
    /// @return the log, to be closed by the caller
    static LogSource open(Path folder, List<Path> parts) {
        LogSource first = open(parts.getFirst());
        return new LogSource(folder, parts, first.in);
    }

    /// Returns the files.
    ///
    /// @return one, or those that make up the run, by name
    public List<Path> parts() {
        return parts;
    }

    /// Opens a file, for importers that do not read lines.
    ///
    /// @param part of [#parts]
    /// @return its bytes, decompressed; to be closed by the caller
    /// @throws TraceFormatException if it is compressed and its first bytes are cut
    /// @throws UncheckedIOException if it cannot be read
    public static InputStream bytes(Path part) {
        try {
            return Compression.read(part);
        } catch (EOFException cut) {
            throw new TraceFormatException("%s is cut before its first line".formatted(part), cut);
        } catch (IOException problem) {
            throw failure(part, problem);
        }
    }

    /// Returns the file's name, for origins and messages.
    ///
    /// @return without its folder
    public String name() {
        return name;
    }

    /// Returns the next line.
    ///
    /// @return empty at the end
    /// @throws TraceFormatException if compressed data is damaged
    /// @throws UncheckedIOException if it cannot be read
    public Optional<Line> next() {
        return next((_, _, _) -> true);
    }

    /// Returns the next line that a filter takes.
    ///
    /// @param filter asked of each line in turn
    /// @return empty at the end
    /// @throws TraceFormatException if compressed data is damaged
    /// @throws UncheckedIOException if it cannot be read
    public Optional<Line> next(Filter filter) {
        while (advance()) {
            boolean longer = lines.end() == Lines.End.LENGTH;
            boolean first = !rest;
            rest = longer;
            if (first) {
                number++;
                if (longer) {
                    gaps.add("%s:%d was read up to its byte %d, longer lines are cut"
                            .formatted(name, number, Lines.LONGEST_LOG_LINE));
                }
                if (filter.takes(lines.buffer(), lines.from(), lines.to())) {
                    return Optional.of(new Line(
                            new String(lines.buffer(), lines.from(), lines.to() - lines.from(), StandardCharsets.UTF_8),
                            name,
                            number));
                }
            }
        }
        if (lines.isCut() && !ended) {
            gaps.add("%s is cut after line %d".formatted(name, number));
        }
        ended = true;
        return Optional.empty();
    }

    /// Returns what was missing in what was read so far.
    ///
    /// @return sentences that name file and line
    public List<String> gaps() {
        return List.copyOf(gaps);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException problem) {
            throw failure(file, problem);
        }
    }

    private boolean advance() {
        try {
            return lines.advance();
        } catch (IOException problem) {
            throw failure(file, problem);
        }
    }

    private static RuntimeException failure(Path file, IOException problem) {
        return problem instanceof Compression.DamagedException
                ? new TraceFormatException("%s: %s".formatted(file, problem.getMessage()), problem)
                : new UncheckedIOException("cannot read the log " + file, problem);
    }
}
