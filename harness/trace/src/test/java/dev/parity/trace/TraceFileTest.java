package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceFileTest {
    @TempDir
    private Path folder;

    private static Provenance provenance(String host) {
        return Provenance.of(
                "recorded", Map.of(Provenance.SEED, "1"), Map.of(Provenance.BACKEND, "cpu"), Map.of("host", host));
    }

    private static StepRecord step(long number, double loss) {
        return new StepRecord(
                number,
                1,
                List.of(loss, 2.25),
                32768,
                number == 2,
                1e-3,
                new TreeMap<>(Map.of("conv1.weight", 0.125, StepRecord.GLOBAL, Double.POSITIVE_INFINITY)),
                List.of(List.of(9, 7)),
                List.of(3),
                number == 3 ? List.of("00c0ffee", "00c0ffee") : List.of(),
                List.of());
    }

    private static List<TraceRecord> records() {
        return List.of(
                step(1, 2.3),
                new ScaleEvent(1, 2, true, ScaleEvent.Kind.HYSTERESIS, 65536, 65536, null),
                step(2, Double.NaN),
                step(3, Double.NEGATIVE_INFINITY),
                new Evaluation(
                        3,
                        "eval",
                        List.of(1, 2),
                        List.of(new Evaluation.Rank(
                                0,
                                Evaluation.Score.of(1, 2),
                                List.of(new Evaluation.ClassScore("cat", Evaluation.Score.of(1, 1))),
                                List.of(1, 3),
                                null))));
    }

    private Path write(String name, String host) {
        Path file = folder.resolve(name);
        try (TraceWriter writer = new TraceWriter(file, provenance(host))) {
            records().forEach(writer::write);
            writer.write(new TraceRecord.End(3, writer.digest()));
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void whatWasWrittenIsRead(String name) {
        RunTrace run = TraceReader.read(write(name, "here"));
        assertThat(run.steps()).hasSize(3).element(0).isEqualTo(step(1, 2.3));
        assertThat(run.steps().get(1).loss().getFirst()).isNaN();
        assertThat(run.steps().get(2).loss().getFirst()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(run.steps().getFirst().gradNorm().get(StepRecord.GLOBAL)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(run.evaluations()).containsExactly((Evaluation) records().get(4));
        assertThat(run.scaleEvents()).hasSize(1);
        assertThat(run.gaps()).isEmpty();
        assertThat(run.end()).isPresent();
    }

    @Test
    void nanAndInfinitiesAreStringsInTheFile() throws IOException {
        assertThat(Files.readString(write("t.jsonl", "here"))).contains("\"NaN\"", "\"-Infinity\"", "\"Infinity\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void aFileCutAtAnyByteIsReadUpToItsLastWholeRecordAndSaysSo(String name) throws IOException {
        Path whole = write(name, "here");
        byte[] bytes = Files.readAllBytes(whole);
        List<TraceRecord> all = TraceReader.records(whole).records();
        Path cut = folder.resolve("cut-" + name);
        int longest = 0;
        for (int length = 1; length < bytes.length; length++) {
            Files.write(cut, Arrays.copyOf(bytes, length));
            try {
                TraceReader.Records found = TraceReader.records(cut);
                assertThat(found.records())
                        .as("first %d bytes", length)
                        .isEqualTo(all.subList(0, found.records().size()));
                assertThat(found.gaps()).as("first %d bytes", length).isNotEmpty();
                longest = Math.max(longest, found.records().size());
            } catch (TraceFormatException nothingWhole) {
                assertThat(nothingWhole).hasMessageContaining("no whole header");
                assertThat(longest).as("first %d bytes", length).isZero();
            }
        }
        assertThat(longest).isGreaterThanOrEqualTo(name.endsWith("jsonl") ? all.size() - 1 : 0);
    }

    @Test
    void theDigestIgnoresTheHostButNotALoss() {
        RunTrace here = TraceReader.read(write("a.jsonl", "here"));
        RunTrace there = TraceReader.read(write("b.jsonl.zst", "there"));
        assertThat(here.end()).isEqualTo(there.end());
        List<TraceRecord> changed = new ArrayList<>(records());
        changed.set(0, step(1, Math.nextUp(2.3)));
        assertThat(TraceDigest.of(changed)).isNotEqualTo(TraceDigest.of(records()));
    }

    @Test
    void aDamagedLineInTheMiddleIsAnErrorWithItsNumber() throws IOException {
        Path file = write("t.jsonl", "here");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(2, "{\"type\":\"step\",\"loss\":");
        Files.write(file, lines);
        assertThatThrownBy(() -> TraceReader.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("t.jsonl:3 is not a trace record");
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        Path file = write("t.jsonl", "here");
        Files.writeString(file, Files.readString(file).replace("\"version\":1", "\"version\":99"));
        assertThatThrownBy(() -> TraceReader.read(file)).hasMessageContaining("version 99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void recordsAreOnDiskWithinASecondWhileTheRunGoesOn(String name) throws InterruptedException {
        Path file = folder.resolve(name);
        try (TraceWriter writer = new TraceWriter(file, provenance("here"))) {
            records().forEach(writer::write);
            long deadline = System.nanoTime() + 3_000_000_000L; // a second, and leeway for a busy machine
            int found = 0;
            while (found < 6 && System.nanoTime() < deadline) {
                Thread.sleep(20); // another thread writes
                found = size(file);
            }
            assertThat(found).isEqualTo(6);
        }
    }

    private static int size(Path file) {
        try {
            return TraceReader.records(file).records().size();
        } catch (TraceFormatException early) {
            return 0;
        }
    }
}
