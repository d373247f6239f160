package dev.parity.cli;

import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// A table of dot products: operands and accumulators in, results out.
///
/// @param unit that computes
/// @param format of the operands
record DotTable(MatrixUnit unit, OperandFormat format) {
    private static final List<String> COLUMNS = List.of("a", "b", "c_fp32");

    /// Reads a table and writes it with the results.
    ///
    /// @param in with a header; other columns than a, b and c_fp32 are not read
    /// @param out hears the header, then each row as it is read
    /// @throws dev.parity.trace.TraceFormatException if a row cannot be read, with its line
    /// @throws IOException if the file cannot
    void compute(Path in, PrintWriter out) throws IOException {
        PatternTable.read(in, COLUMNS, () -> out.println("a,b,c_fp32,d_fp32,d_fp16"), row -> {
            Dot dot = Dot.of(row, format);
            String half = format == OperandFormat.FP16 ? PatternTable.hex(dot.inHalf(unit), Short.SIZE) : "";
            String single = PatternTable.hex(dot.in(unit), Float.SIZE);
            out.println(String.join(",", row.cell("a"), row.cell("b"), row.cell("c_fp32"), single, half));
        });
    }
}
