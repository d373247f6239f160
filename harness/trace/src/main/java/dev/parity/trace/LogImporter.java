package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.Lines;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Reads the log of a run that something else recorded, found by [ServiceLoader]. Every number keeps its
/// file and line.
public interface LogImporter {
    /// Returns the name of the format.
    ///
    /// @return lower case, for provenance and messages
    String format();

    /// Says how surely lines are of this format.
    ///
    /// @param sample lines that follow each other, from anywhere in a log
    /// @return 0 if nothing speaks for it, 1 if nothing else prints such lines
    double confidence(List<String> sample);

    /// Reads a log from its first line to its last.
    ///
    /// @param source its lines, not closed
    /// @return the run
    RunTrace read(LogSource source);

    /// Returns the importers.
    ///
    /// @return by the names of their formats
    static List<LogImporter> all() {
        return ServiceLoader.load(LogImporter.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(LogImporter::format))
                .toList();
    }

    /// Reads a run from a trace or a log, whichever the file's content says: a trace begins with one of its
    /// records, a log is read by the importer that is surest of the first lines that any knows.
    ///
    /// @param file trace or log, plain or compressed
    /// @return the run
    /// @throws TraceFormatException if the file is neither
    /// @throws UncheckedIOException if it cannot be read
    static RunTrace readAny(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new TraceFormatException("%s is no file: expected a trace or a training log".formatted(file));
        }
        if (isTrace(file)) {
            return TraceReader.read(file);
        }
        LogImporter importer = importer(file)
                .orElseThrow(() -> new TraceFormatException(
                        "%s: no loss was recognised: it is neither a trace nor a log that is known, expected a trace's first line, %s, or one of %s"
                                .formatted(
                                        file,
                                        TraceReader.FIRST_LINE,
                                        all().stream().map(LogImporter::format).toList())));
        try (LogSource source = LogSource.open(file)) {
            RunTrace run = importer.read(source);
            return run.withGaps(source.gaps());
        }
    }

    private static Optional<LogImporter> importer(Path file) {
        int most = 1 << 22; // characters of a sample
        List<LogImporter> all = all();
        try (LogSource source = LogSource.open(file)) {
            Optional<LogSource.Line> line = source.next();
            while (line.isPresent()) {
                List<String> sample = new ArrayList<>();
                for (int size = 0; size < most && line.isPresent(); line = source.next()) {
                    sample.add(line.get().text());
                    size += line.get().text().length() + 1;
                }
                Optional<LogImporter> surest = all.stream()
                        .filter(importer -> importer.confidence(sample) > 0)
                        .max(Comparator.comparingDouble(importer -> importer.confidence(sample)));
                if (surest.isPresent()) {
                    return surest;
                }
            }
            return Optional.empty();
        }
    }

    private static boolean isTrace(Path file) {
        try (InputStream in = Compression.read(file)) {
            Lines lines = new Lines(in, Lines.LONGEST_LOG_LINE, false);
            Lines.Line first = lines.next();
            return Json.isRecord(first.bytes()) || (first.isNothing() && lines.isCut());
        } catch (EOFException | Compression.DamagedException unreadable) {
            return true; // the trace's reader says where
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + file, problem);
        }
    }
}
