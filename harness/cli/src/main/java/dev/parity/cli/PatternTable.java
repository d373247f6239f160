package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.trace.TraceFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Tables with a header whose cells are bit patterns in hexadecimal.
final class PatternTable {
    private static final int BITS_OF_A_DIGIT = 4;

    private PatternTable() {}

    /// A row, and where it stands.
    ///
    /// @param file of the table
    /// @param line from 1
    /// @param names of the columns
    /// @param cells in the columns' order
    record Row(Path file, int line, List<String> names, List<String> cells) {
        /// Says what is wrong with the row.
        ///
        /// @param text found and expected
        /// @return to be thrown
        TraceFormatException wrong(String text) {
            return new TraceFormatException("%s:%d: %s".formatted(file, line, text));
        }

        /// Returns a cell.
        ///
        /// @param column its name
        /// @return without blanks around it; empty if there is no such column or the row ends before it
        String cell(String column) {
            int place = names.indexOf(column);
            return place < 0 || place >= cells.size() ? "" : cells.get(place).strip();
        }

        /// Reads a cell of one pattern.
        ///
        /// @param column its name
        /// @param bits of the pattern
        /// @return the pattern
        int pattern(String column, int bits) {
            return pattern(column, cell(column), bits);
        }

        /// Reads a cell that may be empty.
        ///
        /// @param column its name
        /// @param bits of the pattern
        /// @return the pattern, if there is one
        OptionalInt answer(String column, int bits) {
            return cell(column).isEmpty() ? OptionalInt.empty() : OptionalInt.of(pattern(column, bits));
        }

        /// Reads a cell of patterns with blanks between them.
        ///
        /// @param column its name
        /// @param bits of a pattern
        /// @return at least one
        int[] patterns(String column, int bits) {
            List<Integer> patterns = new ArrayList<>();
            for (String each : cell(column).split(" +", -1)) {
                patterns.add(pattern(column, each, bits));
            }
            return patterns.stream().mapToInt(Integer::intValue).toArray();
        }

        private int pattern(String column, String text, int bits) {
            boolean digits =
                    text.length() == bits / BITS_OF_A_DIGIT && text.chars().allMatch(HexFormat::isHexDigit);
            if (!digits) {
                throw wrong("found '%s' in %s, expected %d hexadecimal digits"
                        .formatted(Printable.line(text), column, bits / BITS_OF_A_DIGIT));
            }
            return HexFormat.fromHexDigits(text);
        }
    }

    /// Reads a table.
    ///
    /// @param in with a header; blank lines are left out
    /// @param needed columns that must be there, and have a cell in each row
    /// @param begun runs when the header is read and found right
    /// @param rows hears each row
    /// @throws TraceFormatException if the table has not those columns, with the line
    /// @throws IOException if the file cannot be read
    static void read(Path in, List<String> needed, Runnable begun, Consumer<Row> rows) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(in)) {
            String header = reader.readLine();
            if (header == null) {
                throw new TraceFormatException("%s is empty, expected the columns %s".formatted(in, needed));
            }
            List<String> names = cells(header);
            if (!names.containsAll(needed)) {
                throw new TraceFormatException("%s:1: found the columns %s, expected %s"
                        .formatted(in, Printable.line(names.toString()), needed));
            }
            begun.run();
            int least = needed.stream().mapToInt(names::indexOf).max().orElse(0) + 1;
            int number = 1;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                Row row = new Row(in, number, names, cells(line));
                if (!line.isBlank() && row.cells.size() < least) {
                    throw row.wrong("found %d cells, expected %d".formatted(row.cells.size(), names.size()));
                }
                if (!line.isBlank()) {
                    rows.accept(row);
                }
            }
        }
    }

    private static List<String> cells(String line) {
        return List.of(line.strip().split(",", -1));
    }

    /// Writes a pattern.
    ///
    /// @param pattern in the lower bits
    /// @param bits how many
    /// @return hexadecimal digits
    static String hex(int pattern, int bits) {
        return HexFormat.of().toHexDigits(pattern, bits / BITS_OF_A_DIGIT);
    }

    /// Writes patterns.
    ///
    /// @param patterns each in the lower bits
    /// @param bits of each
    /// @return hexadecimal digits with blanks between the patterns
    static String hex(int[] patterns, int bits) {
        return Arrays.stream(patterns).mapToObj(pattern -> hex(pattern, bits)).collect(Collectors.joining(" "));
    }
}
