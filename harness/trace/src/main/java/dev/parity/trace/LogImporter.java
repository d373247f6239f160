package dev.parity.trace;

import dev.parity.trace.internal.Compression;
import dev.parity.trace.internal.DeepSpeedLog;
import dev.parity.trace.internal.Lines;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        String name = String.valueOf(file.getFileName());
        List<String> gaps = new ArrayList<>();
        List<String> lines = lines(file, name, gaps);
        for (LogImporter importer : all()) {
            if (importer.recognises(lines)) {
                return importer.read(name, lines).withGaps(gaps);
            }
        }
        throw new TraceFormatException(
                "%s: no loss was recognised: it is neither a trace nor a log that is known, expected one of %s"
                        .formatted(file, all().stream().map(LogImporter::format).toList()));
    }

    private static List<String> lines(Path file, String name, List<String> gaps) {
        List<String> all = new ArrayList<>();
        try (InputStream in = Compression.read(file)) {
            Lines lines = new Lines(in, Lines.LONGEST_LOG_LINE, true);
            boolean rest = false;
            for (Lines.Line line = lines.next(); !line.isNothing(); line = lines.next()) {
                if (!rest) {
                    all.add(new String(line.bytes(), StandardCharsets.UTF_8));
                }
                boolean longer = line.end() == Lines.End.LENGTH;
                if (longer && !rest) {
                    gaps.add("%s:%d was read up to its byte %d, longer lines are cut"
                            .formatted(name, all.size(), Lines.LONGEST_LOG_LINE));
                }
                rest = longer;
            }
            if (lines.isCut()) {
                gaps.add("%s is cut after line %d".formatted(name, all.size()));
            }
        } catch (Compression.DamagedException problem) {
            throw new TraceFormatException("%s: %s".formatted(file, problem.getMessage()), problem);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the log " + file, problem);
        }
        return all;
    }

    private static boolean isTrace(Path file) {
        try (InputStream in = Compression.read(file)) {
            byte[] first = in.readNBytes(1);
            return first.length > 0 && first[0] == '{';
        } catch (EOFException | Compression.DamagedException _) {
            return true; // its reader says what is wrong
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + file, problem);
        }
    }
}
