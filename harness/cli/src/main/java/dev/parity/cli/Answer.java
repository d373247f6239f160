package dev.parity.cli;

import dev.parity.spi.Canonical;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import dev.parity.trace.TraceFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a board made of a dot product.
///
/// @param id of the vector
/// @param dot what was asked
/// @param half whether the accumulator and the result are FP16
/// @param result in FP16 or FP32
record Answer(String id, Dot dot, boolean half, int result) {
    private static final List<String> COLUMNS = List.of("id", "format", "a", "b", "c_fp32");

    /// Reads answers; rows and cells without one are left out.
    ///
    /// @param file CSV as the probe prints it, with columns d_fp32, d_fp16 or both
    /// @return at least one
    /// @throws TraceFormatException if the file holds something else or no answer, with the line
    /// @throws IOException if it cannot be read
    static List<Answer> read(Path file) throws IOException {
        List<Answer> answers = new ArrayList<>();
        PatternTable.read(file, COLUMNS, () -> {}, row -> {
            OperandFormat format = format(row);
            Dot dot = Dot.of(row, format);
            OptionalInt single = row.answer("d_fp32", Float.SIZE);
            OptionalInt half = row.answer("d_fp16", Short.SIZE);
            if (half.isPresent() && format != OperandFormat.FP16) {
                throw row.wrong(
                        "found an answer in d_fp16 to operands of %s, expected none".formatted(row.cell("format")));
            }
            single.ifPresent(result -> answers.add(new Answer(row.cell("id"), dot, false, result)));
            half.ifPresent(result -> answers.add(new Answer(row.cell("id"), dot, true, result)));
        });
        if (answers.isEmpty()) {
            throw new TraceFormatException("%s:1: found no answer, expected some in d_fp32 or d_fp16".formatted(file));
        }
        return answers;
    }

    private static OperandFormat format(PatternTable.Row row) {
        Optional<OperandFormat> format = Arrays.stream(OperandFormat.values())
                .filter(each -> Canonical.name(each).equals(row.cell("format")))
                .findFirst();
        return format.orElseThrow(() -> row.wrong("found '%s' in format, expected one of %s"
                .formatted(
                        row.cell("format"),
                        Arrays.stream(OperandFormat.values())
                                .map(Canonical::name)
                                .toList())));
    }

    /// Asks a model the same.
    ///
    /// @param unit of the format
    /// @return its result, as [#result]
    int by(MatrixUnit unit) {
        return half ? dot.inHalf(unit) : dot.in(unit);
    }

    /// Writes a result of its kind.
    ///
    /// @param pattern FP16 or FP32
    /// @return hexadecimal digits
    String hex(int pattern) {
        return PatternTable.hex(pattern, half ? Short.SIZE : Float.SIZE);
    }
}
