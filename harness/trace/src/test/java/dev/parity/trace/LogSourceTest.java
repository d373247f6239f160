package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogSourceTest {
    private static final String LOG = "[1, 100] loss: 2.3\n[1, 200] loss: 2.2\nFinished Training\n";

    @TempDir
    private Path folder;

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    @Test
    void aGzipLogIsReadAsAPlainOne() throws IOException {
        RunTrace run = RunReader.USUAL.read(file("run.log.gz", gzip(LOG)));
        assertThat(run.losses()).extracting(Point::value).containsExactly(2.3, 2.2);
        assertThat(run.losses().getLast().origin()).isEqualTo("run.log.gz:2");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aZstandardLogIsReadWhateverItsName() throws IOException {
        byte[] bytes = Zstd.compress(LOG.getBytes(StandardCharsets.UTF_8));
        assertThat(RunReader.USUAL.read(file("run.log", bytes)).losses()).hasSize(2);
    }

    @Test
    void aCompressedLogThatIsCutHasAGap() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= 2_000_000; step += 100) {
            text.append("[1, %d] loss: %.3f%n".formatted(step, 2 + Math.sin(step)));
        }
        byte[] whole = gzip(text.toString());
        RunTrace run = RunReader.USUAL.read(file("run.log.gz", Arrays.copyOf(whole, whole.length / 2)));
        assertThat(run.losses()).hasSizeBetween(1000, 19_000);
        assertThat(run.gaps()).anyMatch(gap -> gap.startsWith("run.log.gz is cut after line "));
    }

    @Test
    void aDamagedLogIsRefusedByName() throws IOException {
        byte[] bytes = gzip(LOG);
        bytes[bytes.length - 6] ^= 1; // of the checksum
        Path file = file("run.log.gz", bytes);
        assertThatThrownBy(() -> RunReader.USUAL.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("run.log.gz")
                .hasMessageContaining("damaged gzip data");
    }

    @Test
    void aLineBeyondTheLongestIsCutOnceAndCountedOnce() throws IOException {
        Path file = file("run.log", ("x".repeat(3 << 20) + "\nlast").getBytes(StandardCharsets.UTF_8));
        try (LogSource source = LogSource.open(file)) {
            List<LogSource.Line> lines = new ArrayList<>();
            for (Optional<LogSource.Line> line = source.next(); line.isPresent(); line = source.next()) {
                lines.add(line.get());
            }
            assertThat(lines).extracting(line -> line.text().length()).containsExactly(1 << 20, 4);
            assertThat(lines.getLast().origin()).isEqualTo("run.log:2");
            assertThat(source.gaps())
                    .containsExactly("run.log:1 was read up to its byte 1048576, longer lines are cut");
        }
    }

    // the words of a program may come long before its first loss
    @Test
    void aLogIsKnownByALineDeepInTheFile() throws IOException {
        String text = ("starting up" + " ".repeat(1000) + "\n").repeat(10_000) + LOG;
        RunTrace run = RunReader.USUAL.read(file("run.log", text.getBytes(StandardCharsets.UTF_8)));
        assertThat(run.losses().getFirst().origin()).isEqualTo("run.log:10001");
    }
}
