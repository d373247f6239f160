package dev.parity.importers;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Makes points of the rows of a table, one row after another. A cell that is blank holds nothing.
final class Table {
    /// Names that a message lists.
    private static final int MOST_NAMED = 40;

    /// Settings and counters: as a table prints them, so they are.
    private static final Set<String> EXACT =
            Set.of(Series.LEARNING_RATE, Series.LOSS_SCALE, Series.ZEROS, Series.SKIPPED, Series.SKIPPED_SO_FAR);

    private final String name;
    private final ColumnMap map;
    private final Consumer<TraceRecord> found;
    private final Columns columns;
    private final Unread unread = new Unread("cells");
    private final boolean epochs;
    private Optional<String> place = Optional.empty();
    private List<Slot> slots = List.of();

    /// A series and its column.
    private record Slot(String series, String column) {
        boolean isFlag() {
            return series.equals(Series.SKIPPED);
        }

        double quantum(String text) {
            return EXACT.contains(series) ? 0 : Numbers.quantum(text);
        }
    }

    /// @param name of the file
    /// @param map where a person says that series stand
    /// @param found hears the points
    Table(String name, ColumnMap map, Consumer<TraceRecord> found) {
        this.name = name;
        this.map = map;
        this.found = found;
        columns = new Columns(map);
        epochs = map.columns().containsKey(ColumnMap.EPOCH);
    }

    /// Hears the names of columns, maybe before the first row.
    ///
    /// @param names of one row, or of all
    /// @param origin file and line
    /// @throws TraceFormatException if it is not clear what they hold
    void columns(Collection<String> names, String origin) {
        try {
            if (columns.bind(names)) {
                place = columns.of(ColumnMap.STEP).or(() -> columns.of(ColumnMap.EPOCH));
                slots = columns.series().stream()
                        .map(series -> new Slot(series, columns.of(series).orElseThrow()))
                        .toList();
            }
        } catch (IllegalArgumentException problem) {
            throw new TraceFormatException("%s: %s".formatted(origin, problem.getMessage()), problem);
        }
    }

    /// Hears that all columns were named.
    ///
    /// @throws TraceFormatException if none holds a series, or one of the map is not among them
    void complete() {
        boolean placed = columns.of(ColumnMap.STEP).isPresent()
                || columns.of(ColumnMap.EPOCH).isPresent();
        if (columns.series().isEmpty() || !placed || !columns.missing().isEmpty()) {
            throw new TraceFormatException(unusable(name, columns.all(), map));
        }
    }

    /// Says why a table cannot be read.
    ///
    /// @param names of its columns
    /// @param map where a person says that series stand
    static String unusable(String name, Collection<String> names, ColumnMap map) {
        Set<String> missing = Columns.missing(map, names);
        if (!missing.isEmpty()) {
            return "%s: found no column %s, there are %s".formatted(name, missing, some(names));
        }
        return "%s: found the columns %s, expected a step and a loss: name them, such as --map step='%s',loss='…'"
                .formatted(name, some(names), names.stream().findFirst().orElse("…"));
    }

    /// Reads a row. Of a row without a step that holds something, the gap tells.
    ///
    /// @param cells the text of a column that [#columns] heard, blank where the row has none
    /// @param origin file and line
    void row(UnaryOperator<String> cells, String origin) {
        OptionalLong step = Numbers.step(cell(cells, place));
        for (Slot slot : slots) {
            String text = cells.apply(slot.column).strip();
            if (!text.isEmpty()) {
                OptionalDouble value = slot.isFlag() ? flag(text) : Numbers.value(text);
                if (value.isEmpty()) {
                    unread.add(origin, text, "a number in column '%s'".formatted(slot.column));
                } else if (step.isEmpty()) {
                    unread.add(
                            origin,
                            cell(cells, place),
                            "a step beside %s in column '%s'".formatted(text, place.orElse(ColumnMap.STEP)));
                } else {
                    found.accept(new Point(
                            slot.series,
                            epoch(cells),
                            step.getAsLong(),
                            Point.EVERY_RANK,
                            value.getAsDouble(),
                            slot.isFlag() ? 1 : 0,
                            slot.quantum(text),
                            origin));
                }
            }
        }
    }

    /// Tells what was not read.
    void end() {
        unread.tell(found);
        if (columns.of(ColumnMap.STEP).isEmpty()) {
            note("%s: no column holds a step, so epochs count as steps");
        }
        Set<String> rest = columns.rest();
        columns.of(ColumnMap.EPOCH).ifPresent(rest::remove);
        if (!rest.isEmpty()) {
            found.accept(new TraceRecord.Note("%s: not read: %s".formatted(name, some(rest)), false));
        }
        String read = slots.stream()
                .map(slot -> "%s from '%s'".formatted(slot.series, slot.column))
                .collect(Collectors.joining(", "));
        found.accept(new TraceRecord.Note("%s: read %s".formatted(name, read), false));
    }

    private void note(String format) {
        found.accept(new TraceRecord.Note(format.formatted(name), false));
    }

    /// @return 0 unless a person says where the epoch stands: steps are global
    private int epoch(UnaryOperator<String> cells) {
        return epochs
                ? (int) Math.min(
                        Integer.MAX_VALUE,
                        Numbers.step(cell(cells, columns.of(ColumnMap.EPOCH))).orElse(0))
                : 0;
    }

    private static String cell(UnaryOperator<String> cells, Optional<String> column) {
        return column.map(each -> cells.apply(each).strip()).orElse("");
    }

    private static OptionalDouble flag(String text) {
        return switch (text) {
            case "true", "True" -> OptionalDouble.of(1);
            case "false", "False" -> OptionalDouble.of(0);
            default -> Numbers.value(text);
        };
    }

    private static String some(Collection<String> names) {
        String listed = names.stream().limit(MOST_NAMED).map(Unread::excerpt).collect(Collectors.joining(", "));
        return names.size() > MOST_NAMED
                ? "[%s, and %d more]".formatted(listed, names.size() - MOST_NAMED)
                : "[%s]".formatted(listed);
    }
}
