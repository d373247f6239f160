package dev.parity.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.LogImporter;
import dev.parity.trace.RunReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ExamplesTest {
    @TempDir
    private Path folder;

    static List<String> formats() {
        return LogImporter.all().stream()
                .filter(importer -> importer.getClass().getPackage().equals(CsvTable.class.getPackage()))
                .map(LogImporter::format)
                .filter(format -> !format.equals("tensorboard")) // is binary
                .toList();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void anExampleIsFoundToBeOfItsFormatAndRead(String format) throws IOException {
        LogImporter importer = LogImporter.named(format);
        Path file = folder.resolve("train_loss"); // a metric of MLflow, to any other format nothing
        Files.writeString(file, importer.example().replace(" ⏎ ", "\n"));
        assertThat(RunReader.USUAL.importer(file).format()).isEqualTo(format);
        assertThat(RunReader.USUAL.read(file).points()).isNotEmpty();
        assertThat(RunReader.USUAL.read(file).gaps()).isEmpty();
    }
}
