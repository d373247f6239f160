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
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Reads trace files. A file cut at any byte is read up to its last whole record, and the result says so.
public final class TraceReader {
    /// What a trace begins with, for messages.
    static final String FIRST_LINE = "{\"type\":\"header\",\"version\":1,\"provenance\":{…}}";

    /// Bytes of a line that a message shows.
    private static final int EXCERPT = 80;

    /// What Jackson adds about places in its input; the line is named already.
    private static final String SOURCE = " ?\\(start marker at [^)]*\\)[^)]*\\)";

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
            Lines lines = new Lines(in, Lines.LONGEST_RECORD, false);
            for (Lines.Line line = lines.next(); !line.isNothing(); line = lines.next()) {
                int number = records.size() + 1;
                if (line.end() == Lines.End.STREAM) {
                    gaps.add(
                            "%s is cut in line %d: %d whole records were read".formatted(file, number, records.size()));
                    break;
                }
                if (line.end() == Lines.End.LENGTH) {
                    throw new TraceFormatException("%s:%d expected a record of less than %d bytes, found a longer line"
                            .formatted(file, number, Lines.LONGEST_RECORD));
                }
                TraceRecord item = parse(file, number, line.bytes());
                records.add(item);
                check.add(records, item, line.bytes());
            }
            if (lines.isCut() && gaps.isEmpty()) {
                gaps.add("%s is cut after line %d: %d whole records were read"
                        .formatted(file, records.size(), records.size()));
            }
        } catch (EOFException cut) {
            gaps.add("%s is cut before its first record".formatted(file));
        } catch (Compression.DamagedException problem) {
            throw new TraceFormatException(
                    "%s: %s: %d whole records were read".formatted(file, problem.getMessage(), records.size()),
                    problem);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the trace " + file, problem);
        }
        if (records.isEmpty()) {
            throw new TraceFormatException(
                    "%s has no whole header: expected a trace's first line, %s".formatted(file, FIRST_LINE));
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
            String reason = String.valueOf(problem.getOriginalMessage()).replaceAll(SOURCE, "");
            String text = new String(line, 0, Math.min(line.length, EXCERPT), StandardCharsets.UTF_8);
            String found = line.length > EXCERPT ? text + "…" : text;
            String expected = number == 1 ? ", expected a trace's first line, " + FIRST_LINE : "";
            throw new TraceFormatException(
                    "%s:%d is not a trace record: found '%s'%s (%s)".formatted(file, number, found, expected, reason),
                    problem);
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
}
