package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever happens to a trace's bytes, it is refused, or has a gap, or still says the same numbers.
final class TraceFuzzTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"t.jsonl, 1", "t.jsonl, 2", "t.jsonl.gz, 3", "t.jsonl.gz, 4", "t.jsonl.zst, 5", "t.jsonl.zst, 6"})
    void aDamagedTraceIsNeverAnotherWholeRun(String name, long seed) throws IOException {
        Path file = folder.resolve(name);
        byte[] bytes = Files.readAllBytes(Traces.write(file, "here"));
        TraceReader.Records original = TraceReader.records(file);
        String digest = TraceDigest.of(original.records());
        Random random = new Random(seed);
        int refused = 0;
        int tries = 1000;
        for (int i = 0; i < tries; i++) {
            byte[] changed = damage(bytes, random);
            Files.write(file, changed);
            try {
                TraceReader.Records found = TraceReader.records(file);
                RunTrace run = RunReader.USUAL.read(file);
                assertThat(run.gaps()).isEqualTo(found.gaps());
                if (found.gaps().isEmpty()) {
                    assertThat(TraceDigest.of(found.records()))
                            .as("seed %d, try %d", seed, i)
                            .isEqualTo(digest);
                }
            } catch (TraceFormatException expected) {
                assertThat(expected).hasMessageContaining(name);
                refused++;
            } catch (RuntimeException | Error unexpected) {
                throw new AssertionError("seed %d, try %d".formatted(seed, i), unexpected);
            }
        }
        assertThat(refused).isBetween(tries / 10, tries);
    }

    /// Flips bits, overwrites bytes, leaves some out, repeats some or cuts the end, a few times.
    private static byte[] damage(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        for (int times = 1 + random.nextInt(3); times > 0 && changed.length > 0; times--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(6)) {
                case 0, 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> changed[at] = (byte) random.nextInt(256);
                case 3 -> changed = Arrays.copyOf(changed, at);
                case 4 -> changed = moved(changed, at, at + 1 + random.nextInt(20));
                default -> changed = moved(changed, at, Math.max(0, at - random.nextInt(20)));
            }
        }
        return changed;
    }

    /// Bytes up to one place, then those from another on.
    private static byte[] moved(byte[] bytes, int to, int from) {
        byte[] end = Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
        byte[] all = Arrays.copyOf(bytes, to + end.length);
        System.arraycopy(end, 0, all, to, end.length);
        return all;
    }
}
