package dev.parity.trace.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompressionTest {
    @TempDir
    private Path folder;

    /// A disk of a given size, on which there is room again after the first failure.
    private static final class Disk extends OutputStream {
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private final int size;
        private boolean failed;
        private boolean closed;

        Disk(int size) {
            this.size = size;
        }

        @Override
        public void write(int one) throws IOException {
            if (held.size() == size && !failed) {
                failed = true;
                throw new IOException("No space left on device");
            }
            held.write(one);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /// Bytes that compress badly, so that the disk fills.
    private static byte[] line(int number) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 30; i++) {
            text.append(Integer.toHexString(number * 1_000_003 * i));
        }
        return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void aFullDiskLeavesTheBeginningOfWhatWasWrittenThoughThereIsRoomLater(String name) throws IOException {
        for (int size = 600; size < 3000; size += 37) {
            Disk disk = new Disk(size);
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            OutputStream out = Compression.over(name, disk);
            int failures = 0;
            for (int i = 0; i < 40; i++) {
                try {
                    out.write(line(i));
                    written.write(line(i));
                    out.flush();
                } catch (IOException full) {
                    failures++;
                    assertThat(full).hasMessage("No space left on device");
                }
            }
            assertThatThrownBy(out::close).hasMessage("No space left on device");
            assertThat(failures).isGreaterThan(1);
            assertThat(disk.closed).isTrue();
            assertThat(disk.held.size()).isEqualTo(size);
            byte[] found = readable(disk.held.toByteArray());
            assertThat(found).isNotEmpty().isEqualTo(Arrays.copyOf(written.toByteArray(), found.length));
        }
    }

    private byte[] readable(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("t"), bytes);
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        try (InputStream in = Compression.read(file)) {
            Lines lines = new Lines(in, 1 << 16, false);
            for (Lines.Line line = lines.next(); !line.isNothing(); line = lines.next()) {
                found.write(line.bytes());
                if (line.end() == Lines.End.BREAK) {
                    found.write('\n');
                }
            }
        }
        return found.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void aFileIsCompressedAsItsNameSays(String name) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Compression.write(file)) {
            out.write('x');
        }
        byte[] bytes = Files.readAllBytes(file);
        assertThat(Compression.isGzip(bytes)).isEqualTo(name.endsWith(".gz"));
        assertThat(Compression.isZstandard(bytes)).isEqualTo(name.endsWith(".zst"));
    }

    @Test
    void aFileShorterThanAMagicNumberIsPlain() throws IOException {
        assertThat(readable(new byte[] {0x1f})).containsExactly(0x1f);
        assertThat(readable(new byte[] {0x28, (byte) 0xb5, 0x2f})).containsExactly(0x28, 0xb5, 0x2f);
    }
}
