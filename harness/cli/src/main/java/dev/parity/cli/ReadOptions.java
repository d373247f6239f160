package dev.parity.cli;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.RunReader;
import dev.parity.trace.TraceFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// How logs are read. A map's file has a line `series=column` for each; lines that begin with `#` are comments.
final class ReadOptions {
    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "read logs as this format, not as the one found by their content; see 'parity formats'")
    private Optional<String> format = Optional.empty();

    @Option(
            names = "--map",
            split = ",",
            paramLabel = "SERIES=COLUMN",
            description =
                    "where a table holds what, such as loss='lm loss',gradNorm=grad-norm; others are found by their usual names")
    private Map<String, String> map = new LinkedHashMap<>();

    @Option(
            names = "--map-file",
            paramLabel = "FILE",
            description = "lines SERIES=COLUMN, as --save-map of 'parity import' writes them; --map stands before it")
    private Optional<Path> mapFile = Optional.empty();

    /// Makes the reader of the logs.
    ///
    /// @throws IllegalArgumentException if there is no such format or series
    /// @throws TraceFormatException if a line of the map's file is none
    RunReader reader() {
        return new RunReader(format, columns());
    }

    /// Writes the map that the options give.
    void save(Path file) {
        String lines = columns().columns().entrySet().stream()
                .map(entry -> "%s=%s\n".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
        try {
            Files.writeString(file, lines);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the map " + file, problem);
        }
    }

    private ColumnMap columns() {
        Map<String, String> columns = new LinkedHashMap<>(
                mapFile.map(ReadOptions::load).orElse(ColumnMap.USUAL).columns());
        columns.putAll(new ColumnMap(map).columns());
        return new ColumnMap(columns);
    }

    private static ColumnMap load(Path file) {
        Map<String, String> columns = new LinkedHashMap<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int at = line.indexOf('=');
            if (at > 0) {
                columns.put(
                        line.substring(0, at).strip(), line.substring(at + 1).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new TraceFormatException(
                        "%s:%d: found '%s', expected SERIES=COLUMN".formatted(file, i + 1, line));
            }
        }
        try {
            return new ColumnMap(columns);
        } catch (IllegalArgumentException problem) {
            throw new TraceFormatException("%s: %s".formatted(file, problem.getMessage()), problem);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException problem) {
            throw new TraceFormatException(
                    "%s is no text in UTF-8: expected lines SERIES=COLUMN".formatted(file), problem);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read the map " + file, problem);
        }
    }
}
