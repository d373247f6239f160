package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dot products of device models, from the command line.
@Timeout(300)
final class ModelDotProcessTest extends CliProcess {
    /// Rows 4 and 5 of the measurements on V100 and A100 (MATLAB-tensor-core).
    private static final String V100 = "bd85 bd37 b0e6 b5d0,b0d1 3e6d 4065 b8e3,3f4c6b1f";

    private static final String TF32 =
            "bf3a6000 3ee98000 bfe92000 bf42c000,bfdde000 bfaba000 3bb9a000 3f99a000,3ee63be1";

    private String file(String text) throws IOException {
        Files.writeString(folder.resolve("rows.csv"), text);
        return "rows.csv";
    }

    @Test
    void resultsStandInTheMeasurementsColumns() throws IOException, InterruptedException {
        String rows = file("a,b,c_fp32,d_fp32,d_fp16\n" + V100 + ",00000000,0000\n");
        Outcome printed = parity("model", "dot", "--device", "v100", "--format", "fp16", "--in", rows);
        assertThat(printed.code()).as(printed.err()).isZero();
        assertThat(printed.out()).isEqualTo("a,b,c_fp32,d_fp32,d_fp16\n" + V100 + ",bf99ee40,bcd0\n");
        // columns in another order, none of results
        String[] cells = TF32.split(",", -1);
        String other = file("c_fp32,b,a\r\n%s,%s,%s\r\n".formatted(cells[2], cells[1], cells[0]));
        Outcome written =
                parity("model", "dot", "--device", "a100", "--format", "tf32", "--in", other, "--out", "out.csv");
        assertThat(written.code()).as(written.err()).isZero();
        assertThat(folder.resolve("out.csv")).hasContent("a,b,c_fp32,d_fp32,d_fp16\n" + TF32 + ",3e350946,\n");
        assertThat(folder.resolve("out.csv.part")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v100 | bf16 | a,b,c_fp32 | v100 has no matrix unit of bf16, expected one of [fp16]",
                "910a | bf16 | a,b,c_fp32 | 910a has no matrix unit of bf16, expected one of [fp16]",
                "910b | tf32 | a,b,c_fp32 | 910b has no matrix unit of tf32, expected one of [fp16, bf16, hf32, fp32]",
                "k80 | fp16 | a,b,c_fp32 | there is no device model 'k80', there are [910a, 910b, a100, a2,",
                "a100 | fp16 | a,b,c | rows.csv:1: found the columns [a, b, c], expected [a, b, c_fp32]",
                "a100 | fp16 | a,b,c_fp32⏎3c00,3c00,00000000⏎3c00 3c0,3c00,00000000"
                        + " | rows.csv:3: found '3c0' in a, expected 4 hexadecimal digits",
                "a100 | fp16 | a,b,c_fp32⏎3c00 3c00,3c00,00000000 | rows.csv:2: found 2 operands in a and 1 in b",
                "a100 | bf16 | a,b,c_fp32⏎3c00,3c00 | rows.csv:2: found 2 cells, expected 3",
                "a100 | tf32 | a,b,c_fp32⏎3f800000,3f800000,3f80 | rows.csv:2: found '3f80' in c_fp32"
            })
    void badInputIsRefusedWithItsPlaceAndNothingIsWritten(String device, String format, String text, String message)
            throws IOException, InterruptedException {
        String rows = file(text.replace("⏎", "\n"));
        Outcome refused =
                parity("model", "dot", "--device", device, "--format", format, "--in", rows, "--out", "out.csv");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(message);
        assertThat(folder.resolve("out.csv")).doesNotExist();
        assertThat(folder.resolve("out.csv.part")).doesNotExist();
    }

    // operands of HF32 and FP32 from the definitions of 11 bits and of an exact sum: (1 + 2^-23)^2 - (1 + 2^-22) =
    // 2^-46;
    // 2^127 + 2^127 is beyond FP32; 1 + 2^-24 + 2^-24 is 1 + 2^-23 if it is rounded once, 1 towards zero or one by one
    @ParameterizedTest
    @CsvSource({
        "hf32, 3f800800, 3f800000, 00000000, , 3f800000",
        "hf32, 3f800800, 3f800000, 00000000, --operand-rounding=rna, 3f801000",
        "hf32, 3f801800, 3f800000, 00000000, --operand-rounding=rz, 3f801000",
        "fp32, 3f800001, 3f800001, bf800002, , 28800000",
        "bf16, 7f00, 3f80, 7f000000, , 7f800000",
        "fp16, 1400 1400, 0400 0400, 3f800000, , 3f800001",
        "fp16, 1400 1400, 0400 0400, 3f800000, --block-sum=sequential, 3f800000",
        "fp16, 1400 1400, 0400 0400, 3f800000, --products=1, 3f800000",
        "fp16, 1400 0000, 0400 0400, 3f800000, --rounding=rz, 3f800000",
        "fp16, 1400 0000, 0400 0400, 3f800000, --rounding=rna, 3f800001",
        "fp16, 3c00 1400, 3c00 0400, bf800000, --join=separate, 00000000",
        "fp16, 3c00 1400, 3c00 0400, bf800000, , 33800000"
    })
    void aCubeComputesByItsPresetOrAsAskedFor(
            String format, String a, String b, String c, @Nullable String option, String d)
            throws IOException, InterruptedException {
        String rows = file("a,b,c_fp32\n%s,%s,%s\n".formatted(a, b, c));
        List<String> arguments =
                new ArrayList<>(List.of("model", "dot", "--device", "910b", "--format", format, "--in", rows));
        if (option != null) {
            arguments.add(option);
        }
        Outcome printed = parity(arguments.toArray(String[]::new));
        assertThat(printed.code()).as(printed.err()).isZero();
        assertThat(printed.out().lines().skip(1))
                .singleElement()
                .asString()
                .startsWith(String.join(",", a, b, c, d) + ",");
    }
}
