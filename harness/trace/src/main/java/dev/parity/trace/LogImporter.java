package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.DeepSpeedLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads the log of a run that something else recorded. Every number keeps its file and line.
public interface LogImporter {
    /// Returns the name of the format.
    ///
    /// @return lower case, for provenance and messages
    String format();

    /// Tells whether a file looks like this format.
    ///
    /// @param lines all lines of the file
    /// @return whether [#read] will find something
    boolean recognises(List<String> lines);

    /// Reads a log.
    ///
    /// @param name of the file, for origins
    /// @param lines all lines of the file
    /// @return the run
    RunTrace read(String name, List<String> lines);

    /// Returns the importers.
    ///
    /// @return in the order in which they are asked
    static List<LogImporter> all() {
        return List.of(new DeepSpeedLog());
    }

    /// Reads a run from a trace or a log, whichever the file's content says.
    ///
    /// @param file trace (plain or compressed) or log
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
        List<String> lines;
        try {
            lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the log " + file, problem);
        }
        String name = String.valueOf(file.getFileName());
        for (LogImporter importer : all()) {
            if (importer.recognises(lines)) {
                return importer.read(name, lines);
            }
        }
        throw new TraceFormatException("%s is neither a trace nor a log that is known: expected one of %s"
                .formatted(file, all().stream().map(LogImporter::format).toList()));
    }

    private static boolean isTrace(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(4);
            return Compression.isGzip(first) || Compression.isZstandard(first) || (first.length > 0 && first[0] == '{');
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + file, problem);
        }
    }
}
