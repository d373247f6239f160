package dev.parity.trace;

import com.github.luben.zstd.ZstdIOException;
import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.Json;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads trace files. A file cut at any byte is read up to its last whole record, and the result says so.
public final class TraceReader {
    private TraceReader() {}

    /// All records of a file.
    ///
    /// @param records in order, the header first
    /// @param gaps what is missing, such as the end of a file that was cut
    public record Records(List<TraceRecord> records, List<String> gaps) {
        /// Copies the lists.
        public Records {
            records = List.copyOf(records);
            gaps = List.copyOf(gaps);
        }

        /// Returns the header.
        ///
        /// @return the first record
        public TraceRecord.Header header() {
            return (TraceRecord.Header) records.getFirst();
        }

        /// Sorts the records into a run.
        ///
        /// @param name where they were read from
        /// @return the run
        public RunTrace trace(String name) {
            return RunTrace.of(name, header(), records.subList(1, records.size()), gaps);
        }
    }

    /// Reads a run.
    ///
    /// @param file plain or compressed
    /// @return the run
    /// @throws TraceFormatException if it is no trace, or damaged elsewhere than at its end
    /// @throws UncheckedIOException if it cannot be read
    public static RunTrace read(Path file) {
        return records(file).trace(file.getFileName().toString());
    }

    /// Reads the records of a file.
    ///
    /// @param file plain or compressed
    /// @return the records
    /// @throws TraceFormatException if it is no trace, or damaged elsewhere than at its end
    /// @throws UncheckedIOException if it cannot be read
    public static Records records(Path file) {
        List<TraceRecord> records = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        Check check = new Check(file);
        try (InputStream in = Compression.read(file)) {
            Lines lines = new Lines(in);
            for (Line line = lines.next(); line.bytes().length > 0 || line.whole(); line = lines.next()) {
                if (!line.whole()) {
                    gaps.add("%s is cut in line %d: %d whole records were read"
                            .formatted(file, records.size() + 1, records.size()));
                    break;
                }
                TraceRecord item = parse(file, records.size() + 1, line.bytes());
                records.add(item);
                check.add(records, item, line.bytes());
            }
            if (lines.cut && gaps.isEmpty()) {
                gaps.add("%s is cut after line %d: %d whole records were read"
                        .formatted(file, records.size(), records.size()));
            }
        } catch (EOFException cut) {
            gaps.add("%s is cut before its first record".formatted(file));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the trace " + file, problem);
        }
        if (records.isEmpty()) {
            throw new TraceFormatException("%s has no whole header: expected a trace's first line".formatted(file));
        }
        if (gaps.isEmpty() && !(records.getLast() instanceof TraceRecord.End)) {
            gaps.add("%s has no closing record: the run did not come to its end".formatted(file));
        }
        return new Records(records, gaps);
    }

    /// Steps follow each other, nothing follows the end, and the end's digest is that of the records.
    private static final class Check {
        private final Path file;
        private final TraceDigest digest = new TraceDigest();
        private long steps;
        private boolean ended;

        Check(Path file) {
            this.file = file;
        }

        /// Takes the last record read, with its line.
        void add(List<TraceRecord> records, TraceRecord item, byte[] line) {
            int number = records.size();
            if (ended) {
                throw new TraceFormatException("%s:%d stands after the end".formatted(file, number));
            }
            digest.add(item, line);
            if (item instanceof StepRecord step && step.step() != ++steps) {
                throw new TraceFormatException(
                        "%s:%d expected step %d, found step %d".formatted(file, number, steps, step.step()));
            }
            if (item instanceof TraceRecord.End end) {
                ended = true;
                // lines that another program has laid out anew may still hold the same records
                boolean same = end.digest().equals(digest.hex()) || end.digest().equals(TraceDigest.of(records));
                if (end.steps() != steps || !same) {
                    throw new TraceFormatException("%s:%d says %d steps of digest %s, the records give %d of %s"
                            .formatted(file, number, end.steps(), end.digest(), steps, TraceDigest.of(records)));
                }
            }
        }
    }

    private static TraceRecord parse(Path file, int number, byte[] line) {
        @Nullable TraceRecord item;
        try {
            item = Json.read(line);
        } catch (JacksonException problem) {
            throw new TraceFormatException(
                    "%s:%d is not a trace record: %s".formatted(file, number, problem.getOriginalMessage()), problem);
        }
        if (item == null) {
            throw new TraceFormatException("%s:%d expected a record, found null".formatted(file, number));
        }
        boolean header = item instanceof TraceRecord.Header;
        if (header != (number == 1)) {
            throw new TraceFormatException("%s:%d expected %s, found a %s"
                    .formatted(
                            file,
                            number,
                            number == 1 ? "a header" : "a record",
                            item.getClass().getSimpleName()));
        }
        if (item instanceof TraceRecord.Header first && first.version() != TraceRecord.VERSION) {
            throw new TraceFormatException("%s:1 is of trace version %d, this program reads version %d"
                    .formatted(file, first.version(), TraceRecord.VERSION));
        }
        return item;
    }

    /// One line.
    ///
    /// @param bytes without the line end
    /// @param whole whether a line end was found
    @SuppressWarnings("ArrayRecordComponent") // made for one reader, which does not write to it
    private record Line(byte[] bytes, boolean whole) {}

    /// Splits a stream into lines and remembers whether it was cut.
    private static final class Lines {
        private final InputStream in;
        private final byte[] buffer = new byte[1 << 16];
        private int at;
        private int limit;
        private boolean cut;

        Lines(InputStream in) {
            this.in = in;
        }

        /// Returns the next line; empty and not whole at the end.
        Line next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                for (int i = at; i < limit; i++) {
                    if (buffer[i] == '\n') {
                        line.write(buffer, at, i - at);
                        at = i + 1;
                        return new Line(line.toByteArray(), true);
                    }
                }
                line.write(buffer, at, limit - at);
                at = 0;
                limit = fill();
                if (limit < 0) {
                    limit = 0;
                    return new Line(line.toByteArray(), false);
                }
            }
        }

        private int fill() throws IOException {
            if (cut) {
                return -1;
            }
            try {
                return in.read(buffer);
            } catch (EOFException | ZstdIOException truncated) {
                cut = true;
                return -1;
            }
        }
    }
}
