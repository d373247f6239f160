package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.DeviceModel;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every row read off a real tensor core that lies beside the checkout, in `../shared/tensor-core-rows`.
final class TensorCoreRowsTest {
    private static final Path FOLDER = Path.of(System.getProperty("parity.root"), "../shared/tensor-core-rows");

    @ParameterizedTest
    @ValueSource(strings = {"v100-fp16", "a100-fp16", "a100-bf16", "a100-tf32", "h100-fp16", "h100-bf16", "h100-tf32"})
    void everyRowIsReproduced(String name) throws IOException {
        Path file = FOLDER.resolve(name + ".csv");
        assumeTrue(Files.exists(file), "no rows at " + file.normalize());
        String[] parts = name.split("-", -1);
        OperandFormat format = OperandFormat.valueOf(parts[1].toUpperCase(Locale.ROOT));
        DeviceModel model = DeviceModel.of(parts[0]);
        MatrixUnit unit = model.unit(format, model.rule());
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSizeGreaterThan(1000);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            int[] a = patterns(cells[0]);
            int[] b = patterns(cells[1]);
            int c = HexFormat.fromHexDigits(cells[2]);
            assertThat(unit.dot(a, b, c)).as(line).isEqualTo(HexFormat.fromHexDigits(cells[3]));
            if (format == OperandFormat.FP16) {
                short half = Float.floatToFloat16(Float.intBitsToFloat(c));
                assertThat(unit.dotInHalf(a, b, half)).as(line).isEqualTo(HexFormat.fromHexDigits(cells[4]));
            }
        }
    }

    private static int[] patterns(String cell) {
        return Stream.of(cell.split(" ", -1)).mapToInt(HexFormat::fromHexDigits).toArray();
    }
}
