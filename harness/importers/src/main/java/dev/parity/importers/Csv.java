package dev.parity.importers;

import dev.parity.trace.LogSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows of cells, separated by commas, semicolons or tabs, as RFC 4180 has them: a cell in quotes may hold any
/// of them, and line ends.
///
/// @param separator of the cells
record Csv(char separator) {
    /// Characters of the longest row.
    private static final int LONGEST = 1 << 20;

    /// A row.
    ///
    /// @param cells without their quotes
    /// @param origin file and first line
    /// @param whole whether the last cell's quotes are closed
    record Row(List<String> cells, String origin, boolean whole) {}

    /// Chooses the separator that makes the most cells.
    ///
    /// @param header first line of a table
    static Csv of(String header) {
        char best = ',';
        for (char each : new char[] {';', '\t'}) {
            if (count(header, each) > count(header, best)) {
                best = each;
            }
        }
        return new Csv(best);
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(each -> each == wanted).count();
    }

    /// Reads the next row, over several lines where quotes are open. Blank lines are none.
    ///
    /// @return empty at the end
    Optional<Row> next(LogSource source) {
        for (Optional<LogSource.Line> line = source.next(); line.isPresent(); line = source.next()) {
            if (!line.get().text().isBlank()) {
                return Optional.of(row(line.get(), source));
            }
        }
        return Optional.empty();
    }

    private Row row(LogSource.Line first, LogSource source) {
        if (first.text().indexOf('"') < 0) {
            return new Row(plain(first.text()), first.origin(), true);
        }
        StringBuilder text = new StringBuilder(first.text());
        boolean open = count(first.text(), '"') % 2 == 1;
        while (open && text.length() < LONGEST) {
            Optional<LogSource.Line> more = source.next();
            if (more.isEmpty()) {
                break;
            }
            text.append('\n').append(more.get().text());
            open = count(more.get().text(), '"') % 2 == 0;
        }
        return new Row(cells(text.toString()), first.origin(), !open);
    }

    /// Splits a row.
    ///
    /// @param row without its line end
    /// @return at least one cell
    List<String> cells(String row) {
        return row.indexOf('"') < 0 ? plain(row) : quoted(row);
    }

    private List<String> plain(String row) {
        List<String> cells = new ArrayList<>();
        int from = 0;
        for (int at = row.indexOf(separator); at >= 0; at = row.indexOf(separator, from)) {
            cells.add(row.substring(from, at));
            from = at + 1;
        }
        cells.add(row.substring(from));
        return cells;
    }

    private List<String> quoted(String row) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < row.length(); i++) {
            char each = row.charAt(i);
            if (each == '"') {
                boolean escaped = quoted && i + 1 < row.length() && row.charAt(i + 1) == '"';
                if (escaped) {
                    cell.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (each == separator && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(each);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
