package dev.parity.trace;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/// Reads what another program wrote of a run, found by [ServiceLoader]. Every number keeps its file and line,
/// and what could not be read is told, not dropped. An importer holds no state, and while it reads a log its
/// memory does not grow with the log.
public interface LogImporter {
    /// Returns the name of the format.
    ///
    /// @return lower case, for provenance, messages and `--format`
    String format();

    /// Shows what such a log looks like.
    ///
    /// @return a line that the importer reads a number from
    String example();

    /// Says what is read of such a log.
    ///
    /// @return a phrase
    default String contents() {
        return "losses and what else a log prints over its steps";
    }

    /// Says how surely lines are of this format.
    ///
    /// @param sample lines that follow each other, from anywhere in a log
    /// @return 0 if nothing speaks for it, 1 if nothing else prints such lines
    double confidence(List<String> sample);

    /// Tells whether files of such a name make up one run with others in the same folder.
    ///
    /// @param name of a file, without its folder
    /// @return false if each file is a run of its own
    default boolean isPart(String name) {
        return false;
    }

    /// Says why lines of this kind cannot be read, for a file that no importer knows.
    ///
    /// @param name of the file
    /// @param sample its first lines, at least one
    /// @return what was found and what was expected; empty if the lines are not of this kind
    default Optional<String> complaint(String name, List<String> sample) {
        return Optional.empty();
    }

    /// Tells whether the format has columns of any names.
    ///
    /// @return whether [#with] works
    default boolean hasColumns() {
        return false;
    }

    /// Returns an importer that finds series in columns of other names.
    ///
    /// @param columns name of a column by name of a [Series]
    /// @return such an importer
    /// @throws IllegalArgumentException if the format has no columns
    default LogImporter with(ColumnMap columns) {
        throw new IllegalArgumentException(
                "a log of format %s has no columns to map: found %s".formatted(format(), columns.columns()));
    }

    /// Reads a log from its beginning to its end.
    ///
    /// @param source not closed
    /// @param found hears points, scale events, evaluations, facts and notes, in the order of the log; neither
    ///     header nor end
    void read(LogSource source, Consumer<TraceRecord> found);

    /// Returns the importers.
    ///
    /// @return by the names of their formats
    static List<LogImporter> all() {
        return ServiceLoader.load(LogImporter.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(LogImporter::format))
                .toList();
    }

    /// Returns the importer of a format.
    ///
    /// @param format its name
    /// @return the importer
    /// @throws IllegalArgumentException if there is none
    static LogImporter named(String format) {
        return all().stream()
                .filter(importer -> importer.format().equals(format))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no format '%s' of logs, there are %s"
                        .formatted(
                                format, all().stream().map(LogImporter::format).toList())));
    }
}
