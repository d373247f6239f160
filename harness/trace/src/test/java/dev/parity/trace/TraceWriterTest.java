package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceWriterTest {
    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aSecondWriterIsRefusedAndTheFirstGoesOn() throws IOException {
        Path file = folder.resolve("t.jsonl");
        try (TraceWriter first = new TraceWriter(file, Traces.provenance("here"))) {
            Traces.records().forEach(first::write);
            first.flush();
            byte[] before = Files.readAllBytes(file);
            for (Path same : List.of(file, folder.resolve("../" + folder.getFileName() + "/t.jsonl"))) {
                assertThatThrownBy(() -> new TraceWriter(same, Traces.provenance("there")))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "%s: another run is writing this file: wait for its end, or give another file", same);
            }
            assertThatThrownBy(() -> TraceWriter.resume(file, List.of())).hasMessageContaining("another run");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            first.write(new TraceRecord.End(3, first.digest()));
        }
        assertThat(TraceReader.read(file).gaps()).isEmpty();
        assertThat(names()).containsExactly("t.jsonl");
    }

    @Test
    void aWriterMayFollowAnother() {
        Path file = folder.resolve("t.jsonl");
        Traces.write(file, "here");
        Traces.write(file, "there");
        assertThat(TraceReader.read(file).provenance().context()).containsEntry("host", "there");
    }

    /// Writes a trace's beginning, says so, and waits.
    public static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            try (TraceWriter writer = new TraceWriter(Path.of(arguments[0]), Traces.provenance("other"))) {
                Traces.records().forEach(writer::write);
                writer.flush();
                System.out.println("written");
                System.out.flush();
                int _ = System.in.read();
            }
        }
    }

    @Test
    void anotherProcessKeepsTheFileUntilItIsKilled() throws IOException, InterruptedException {
        Path file = folder.resolve("t.jsonl");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("written");
            for (int i = 0; i < 2; i++) { // the first refusal must not free it
                assertThatThrownBy(() -> TraceWriter.resume(file, List.of()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("another run is writing this file");
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
        List<TraceRecord> kept = TraceReader.records(file).records();
        assertThat(kept).hasSize(6);
        try (TraceWriter writer = TraceWriter.resume(file, kept)) {
            writer.write(new TraceRecord.End(3, writer.digest()));
        }
        assertThat(TraceReader.read(file).gaps()).isEmpty();
        assertThat(names()).containsExactly("t.jsonl");
    }

    @Test
    void aResumedTraceHoldsWhatWasKeptAtOnce() throws IOException {
        Path file = Traces.write(folder.resolve("t.jsonl.zst"), "here");
        List<TraceRecord> kept = TraceReader.records(file).records().subList(0, 4);
        try (TraceWriter writer = TraceWriter.resume(file, kept)) {
            assertThat(TraceReader.records(file).records()).isEqualTo(kept);
            assertThat(writer.digest()).isEqualTo(TraceDigest.of(kept));
            assertThat(names()).containsExactly("t.jsonl.zst", "t.jsonl.zst.lock");
        }
        assertThat(names()).containsExactly("t.jsonl.zst");
    }

    // writing to /dev/full fails as writing to a full disk does: full(4)
    private static Path fullDisk(Path link) throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "only Linux has " + full);
        return Files.createSymbolicLink(link, full);
    }

    @Test
    void aFullDiskIsNamedAsTheReason() throws IOException {
        Path file = fullDisk(folder.resolve("t.jsonl"));
        assertThatThrownBy(() -> new TraceWriter(file, Traces.provenance("here")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write the trace %s: No space left on device", file);
        assertThat(names()).containsExactly("t.jsonl");
    }

    private static boolean runs(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void aDiskThatFillsUpEndsTheTraceThatCanBeRead(String name) throws IOException, InterruptedException {
        String place = folder.toString();
        assumeTrue(runs("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place), "only root may mount a small disk");
        try {
            Path file = folder.resolve(name);
            List<TraceRecord> written = new ArrayList<>();
            assertThatThrownBy(() -> {
                        try (TraceWriter writer = new TraceWriter(file, Traces.provenance("here"))) {
                            Random random = new Random(1);
                            while (written.size() < 100_000) {
                                StepRecord step = Traces.step(written.size() + 1, random.nextDouble());
                                writer.write(step);
                                writer.flush();
                                written.add(step);
                            }
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("cannot write the trace %s: No space left on device", file);
            RunTrace run = TraceReader.read(file);
            assertThat(run.steps())
                    .hasSizeGreaterThan(100)
                    .isEqualTo(written.subList(0, run.steps().size()));
            assertThat(run.gaps()).hasSize(1);
            assertThat(names()).containsExactly(name);
        } finally {
            runs("umount", place);
        }
    }

    @Test
    void aTraceThatCannotBeResumedStaysAndNothingElseIsLeft() throws IOException {
        Path file = Traces.write(folder.resolve("t.jsonl"), "here");
        List<TraceRecord> kept = TraceReader.records(file).records();
        fullDisk(folder.resolve("resumed-t.jsonl"));
        assertThatThrownBy(() -> TraceWriter.resume(file, kept)).hasMessageContaining("No space left on device");
        assertThat(TraceReader.records(file).records()).isEqualTo(kept);
        assertThat(names()).containsExactly("t.jsonl");
    }

    @Test
    void aFileThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createDirectory(folder.resolve("t.jsonl"));
        assertThatThrownBy(() -> new TraceWriter(file, Traces.provenance("here")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write the trace " + file);
        Path nowhere = folder.resolve("nowhere/t.jsonl");
        assertThatThrownBy(() -> new TraceWriter(nowhere, Traces.provenance("here")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write the trace " + nowhere);
        assertThat(names()).containsExactly("t.jsonl");
    }

    @Test
    void aRecordThatNoReaderWouldTakeIsRefused() {
        Path file = folder.resolve("t.jsonl");
        try (TraceWriter writer = new TraceWriter(file, Traces.provenance("here"))) {
            TraceRecord huge = Point.loss(1, 1, 2.3, 1, 0, "x".repeat(16 << 20));
            assertThatThrownBy(() -> writer.write(huge))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected a record of less than 16777216 bytes, found 167");
        }
        assertThat(TraceReader.records(file).records()).hasSize(1);
    }
}
