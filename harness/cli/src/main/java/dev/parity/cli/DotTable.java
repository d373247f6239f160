package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import dev.parity.trace.TraceFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A table of dot products: operands and accumulators in, results out.
///
/// @param unit that computes
/// @param format of the operands
record DotTable(MatrixUnit unit, OperandFormat format) {
    private static final List<String> COLUMNS = List.of("a", "b", "c_fp32");
    private static final int BITS_OF_A_DIGIT = 4;

    /// Where a row stands, for messages.
    private record Place(Path file, int line) {
        TraceFormatException wrong(String text) {
            return new TraceFormatException("%s:%d: %s".formatted(file, line, text));
        }
    }

    /// Reads a table and writes it with the results.
    ///
    /// @param in with a header; other columns than a, b and c_fp32 are not read
    /// @param out hears the header, then each row as it is read
    /// @throws TraceFormatException if a row cannot be read, with its line
    /// @throws IOException if the file cannot
    void compute(Path in, PrintWriter out) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(in)) {
            String header = reader.readLine();
            if (header == null) {
                throw new TraceFormatException("%s is empty, expected the columns %s".formatted(in, COLUMNS));
            }
            List<String> names = List.of(header.strip().split(",", -1));
            List<Integer> places = COLUMNS.stream().map(names::indexOf).toList();
            if (places.contains(-1)) {
                throw new Place(in, 1)
                        .wrong("found the columns %s, expected %s"
                                .formatted(Printable.line(names.toString()), COLUMNS));
            }
            out.println("a,b,c_fp32,d_fp32,d_fp16");
            int number = 1;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    row(new Place(in, number), line, names, places, out);
                }
            }
        }
    }

    private void row(Place place, String line, List<String> names, List<Integer> places, PrintWriter out) {
        List<String> cells = List.of(line.split(",", -1));
        if (cells.size() <= places.stream().max(Integer::compare).orElseThrow()) {
            throw place.wrong("found %d cells, expected %d".formatted(cells.size(), names.size()));
        }
        String a = cells.get(places.get(0)).strip();
        String b = cells.get(places.get(1)).strip();
        String c = cells.get(places.get(2)).strip();
        int[] left = operands(place, "a", a);
        int[] right = operands(place, "b", b);
        if (left.length != right.length) {
            throw place.wrong(
                    "found %d operands in a and %d in b, expected as many".formatted(left.length, right.length));
        }
        int accumulator = pattern(place, "c_fp32", c, Float.SIZE);
        String half = "";
        if (format == OperandFormat.FP16) {
            short rounded = Float.floatToFloat16(Float.intBitsToFloat(accumulator));
            half = hex(unit.dotInHalf(left, right, rounded), Short.SIZE);
        }
        out.println(String.join(",", a, b, c, hex(unit.dot(left, right, accumulator), Float.SIZE), half));
    }

    private int[] operands(Place place, String column, String cell) {
        List<Integer> patterns = new ArrayList<>();
        for (String each : cell.split(" +", -1)) {
            patterns.add(pattern(place, column, each, format.bits()));
        }
        return patterns.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int pattern(Place place, String column, String text, int bits) {
        boolean digits = text.length() == bits / BITS_OF_A_DIGIT && text.chars().allMatch(HexFormat::isHexDigit);
        if (!digits) {
            throw place.wrong("found '%s' in %s, expected %d hexadecimal digits"
                    .formatted(Printable.line(text), column, bits / BITS_OF_A_DIGIT));
        }
        return HexFormat.fromHexDigits(text);
    }

    private static String hex(int pattern, int bits) {
        return HexFormat.of().toHexDigits(pattern, bits / BITS_OF_A_DIGIT);
    }
}
