package dev.parity.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MadeLogTest {
    @TempDir
    Path folder;

    /// What is timed is read whole: of ten lines one has a loss.
    @ParameterizedTest
    @EnumSource
    void everyLossIsRead(MadeLog log) throws IOException {
        Path file = folder.resolve("made.log");
        long lines = log.write(file, 1 << 20, 17);
        assertThat(Files.readAllLines(file)).hasSize((int) lines);
        RunTrace run = RunReader.USUAL.read(file);
        assertThat(run.provenance().source()).isEqualTo(log.name().toLowerCase(Locale.ROOT));
        assertThat(run.losses()).hasSize((int) lines / 10);
        assertThat(run.gaps()).isEmpty();
    }
}
