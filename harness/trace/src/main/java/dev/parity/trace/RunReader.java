package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.Lines;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Reads runs from traces and logs, whichever a file's content says: a trace begins with one of its records, a
/// log is read by the importer that is surest of the first lines that any knows.
///
/// A file is a run. A folder is one if files of it make up a run together, by [LogImporter#isPart].
///
/// @param format of the logs; empty to find it
/// @param columns where series stand in tables
public record RunReader(Optional<String> format, ColumnMap columns) {
    /// Finds everything by itself.
    public static final RunReader USUAL = new RunReader(Optional.empty(), ColumnMap.USUAL);

    /// Characters of a sample.
    private static final int SAMPLE = 1 << 22;

    /// Refuses a format that there is not, and columns for one that has none.
    public RunReader {
        format.map(LogImporter::named).ifPresent(importer -> mapped(importer, columns));
    }

    /// Reads a run.
    ///
    /// @param file trace or log, plain or compressed, or a folder of files that make up a run
    /// @return the run
    /// @throws TraceFormatException if it is neither
    /// @throws UncheckedIOException if it cannot be read
    public RunTrace read(Path file) {
        if (isTrace(file)) {
            return TraceReader.read(file);
        }
        LogImporter importer = importer(file);
        List<TraceRecord> records = new ArrayList<>();
        try (LogSource source = open(importer, file)) {
            read(importer, source, records::add);
            return RunTrace.of(source.name(), header(importer, source), records, List.of());
        }
    }

    /// Tells a log's records as they are read.
    ///
    /// @param file log, plain or compressed, or a folder of files that make up a run
    /// @param found hears the header, then all others, in the order of the log
    /// @throws TraceFormatException if the file is no log that is known
    /// @throws UncheckedIOException if a file cannot be read
    public void tell(Path file, Consumer<TraceRecord> found) {
        LogImporter importer = importerOfLog(file);
        try (LogSource source = open(importer, file)) {
            found.accept(header(importer, source));
            read(importer, source, found);
        }
    }

    private LogImporter importerOfLog(Path file) {
        if (isTrace(file)) {
            throw new TraceFormatException("%s is a trace already: expected a log".formatted(file));
        }
        return importer(file);
    }

    /// Writes a log as a trace: a whole one, or none.
    ///
    /// @param file log, plain or compressed, or a folder of files that make up a run
    /// @param trace to write, compressed if its name ends in .gz or .zst; replaced if it exists
    /// @throws TraceFormatException if the file is no log that is known
    /// @throws UncheckedIOException if a file cannot be read or written
    public void write(Path file, Path trace) {
        write(file, trace, _ -> {});
    }

    /// Writes a log as a trace: a whole one, or none.
    ///
    /// @param file log, plain or compressed, or a folder of files that make up a run
    /// @param trace to write, compressed if its name ends in .gz or .zst; replaced if it exists
    /// @param found hears the header, then all others, as they are written
    /// @throws TraceFormatException if the file is no log that is known
    /// @throws UncheckedIOException if a file cannot be read or written
    public void write(Path file, Path trace, Consumer<TraceRecord> found) {
        LogImporter importer = importerOfLog(file);
        // the ending decides on compression, so it stays
        Path half = trace.resolveSibling("half-" + trace.getFileName());
        try (LogSource source = open(importer, file)) {
            TraceRecord.Header header = header(importer, source);
            found.accept(header);
            try (TraceWriter writer = new TraceWriter(half, header.provenance())) {
                read(importer, source, item -> {
                    writer.write(item);
                    found.accept(item);
                });
                writer.write(new TraceRecord.End(0, writer.digest()));
            }
            Files.move(half, trace, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the trace " + trace, problem);
        } finally {
            delete(half);
        }
    }

    /// Finds who reads a log.
    ///
    /// @param file log, plain or compressed, or a folder of files that make up a run
    /// @return the importer, with the columns
    /// @throws TraceFormatException if no importer knows it
    public LogImporter importer(Path file) {
        return format.map(LogImporter::named)
                .map(importer -> mapped(importer, columns))
                .orElseGet(() -> surest(file));
    }

    /// Tells whether a file is a trace or a log of a format that is known.
    ///
    /// @param file plain or compressed
    /// @return false if [#importer] refuses it by its content
    /// @throws UncheckedIOException if it cannot be read
    public boolean knows(Path file) {
        return isTrace(file) || search(file).importer.isPresent();
    }

    /// Tells whether files of a folder make up a run together.
    ///
    /// @param folder to look into
    /// @return whether [#read] takes the folder as a whole
    /// @throws UncheckedIOException if it cannot be listed
    public boolean isRun(Path folder) {
        return candidates().stream()
                .anyMatch(importer -> !parts(importer, folder).isEmpty());
    }

    /// Returns who may read a log. Columns hold for formats that have some: of two sides, one may be no table.
    private List<LogImporter> candidates() {
        return format.map(LogImporter::named).map(List::of).orElseGet(LogImporter::all).stream()
                .map(importer -> importer.hasColumns() ? mapped(importer, columns) : importer)
                .toList();
    }

    private static LogImporter mapped(LogImporter importer, ColumnMap columns) {
        return columns.columns().isEmpty() ? importer : importer.with(columns);
    }

    private static TraceRecord.Header header(LogImporter importer, LogSource source) {
        return new TraceRecord.Header(
                TraceRecord.VERSION,
                Provenance.of(importer.format(), Map.of(), Map.of(), Map.of("file", source.name())));
    }

    private static void read(LogImporter importer, LogSource source, Consumer<TraceRecord> found) {
        importer.read(source, found);
        source.gaps().forEach(gap -> found.accept(new TraceRecord.Note(gap, true)));
    }

    private static LogSource open(LogImporter importer, Path file) {
        return Files.isDirectory(file) ? LogSource.open(file, parts(importer, file)) : LogSource.open(file);
    }

    private LogImporter surest(Path file) {
        if (Files.isDirectory(file)) {
            return candidates().stream()
                    .filter(importer -> !parts(importer, file).isEmpty())
                    .findFirst()
                    .orElseThrow(() -> new TraceFormatException(
                            "%s is a folder, and no files of it make up a run together: expected a file"
                                    .formatted(file)));
        }
        if (!Files.isRegularFile(file)) {
            throw new TraceFormatException("%s is no file: expected a trace or a training log".formatted(file));
        }
        Search search = search(file);
        return search.importer.orElseThrow(() -> new TraceFormatException(search.complaint.orElseGet(() ->
                "%s: no loss was recognised: it is neither a trace nor a log that is known, expected a trace's first line, %s, or one of %s"
                        .formatted(
                                file,
                                TraceReader.FIRST_LINE,
                                LogImporter.all().stream()
                                        .map(LogImporter::format)
                                        .toList()))));
    }

    /// What came of looking for the importer of a file.
    ///
    /// @param complaint of an importer that knows such files, but not this one
    private record Search(Optional<LogImporter> importer, Optional<String> complaint) {}

    private Search search(Path file) {
        Optional<String> complaint = Optional.empty();
        try (LogSource source = LogSource.open(file)) {
            boolean first = true;
            Optional<LogSource.Line> line = source.next();
            while (line.isPresent()) {
                List<String> sample = new ArrayList<>();
                for (int size = 0; size < SAMPLE && line.isPresent(); line = source.next()) {
                    sample.add(line.get().text());
                    size += line.get().text().length() + 1;
                }
                Optional<LogImporter> surest = surest(sample);
                if (surest.isPresent()) {
                    return new Search(surest, Optional.empty());
                }
                if (first) {
                    complaint = candidates().stream()
                            .flatMap(importer -> importer.complaint(String.valueOf(file), sample).stream())
                            .findFirst();
                    first = false;
                }
            }
        }
        return new Search(Optional.empty(), complaint);
    }

    private Optional<LogImporter> surest(List<String> sample) {
        record Candidate(LogImporter importer, double confidence) {}
        return candidates().stream()
                .map(importer -> new Candidate(importer, importer.confidence(sample)))
                .filter(candidate -> candidate.confidence > 0)
                .max(Comparator.comparingDouble(Candidate::confidence))
                .map(Candidate::importer);
    }

    private static List<Path> parts(LogImporter importer, Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> importer.isPart(String.valueOf(file.getFileName())))
                    .sorted()
                    .toList();
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot list the folder " + folder, problem);
        }
    }

    private static boolean isTrace(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
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

    private static void delete(Path half) {
        try {
            Files.deleteIfExists(half);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot delete " + half, problem);
        }
    }
}
