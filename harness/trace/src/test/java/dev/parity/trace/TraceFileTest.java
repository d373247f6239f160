package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceFileTest {
    @TempDir
    private Path folder;

    private Path write(String name, String host) {
        return Traces.write(folder.resolve(name), host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.jsonl", "t.jsonl.gz", "t.jsonl.zst"})
    void whatWasWrittenIsRead(String name) {
        RunTrace run = TraceReader.read(write(name, "here"));
        assertThat(run.steps()).hasSize(3).element(0).isEqualTo(Traces.step(1, 2.3));
        assertThat(run.steps().get(1).loss().getFirst()).isNaN();
        assertThat(run.steps().get(2).loss().getFirst()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(run.steps().getFirst().gradNorm().get(StepRecord.GLOBAL)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(run.evaluations()).containsExactly(Traces.evaluation());
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
        List<TraceRecord> changed = new ArrayList<>(Traces.records());
        changed.set(0, Traces.step(1, Math.nextUp(2.3)));
        assertThat(TraceDigest.of(changed)).isNotEqualTo(TraceDigest.of(Traces.records()));
    }

    @Test
    void theDigestCoversTheEvaluation() {
        assertThat(TraceDigest.of(Traces.records()))
                .isNotEqualTo(TraceDigest.of(Traces.records().subList(0, 4)));
    }

    // what `sed` and `sha256sum` give for the file: its lines, without device and host
    @Test
    void theDigestIsThatOfTheLines() throws IOException, NoSuchAlgorithmException {
        Path file = write("t.jsonl", "here");
        StringBuilder compared = new StringBuilder();
        for (String line : Files.readAllLines(file).subList(0, 6)) {
            compared.append(line.replace("{\"host\":\"here\"}", "{}").replace("{\"backend\":\"cpu\"}", "{}"))
                    .append('\n');
        }
        byte[] sum =
                MessageDigest.getInstance("SHA-256").digest(compared.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(TraceReader.read(file).end().orElseThrow().digest())
                .isEqualTo(HexFormat.of().formatHex(sum));
    }

    @Test
    void anotherDigestThanTheRecordsGiveIsRefused() throws IOException {
        Path file = write("t.jsonl", "here");
        String digest = TraceReader.read(file).end().orElseThrow().digest();
        Files.writeString(file, Files.readString(file).replace("2.25", "2.125"));
        assertThatThrownBy(() -> TraceReader.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("t.jsonl:7 says 3 steps of digest %s, the records give 3 of ".formatted(digest));
    }

    @Test
    void anotherNumberOfStepsThanWereReadIsRefused() throws IOException {
        Path file = write("t.jsonl", "here");
        Files.writeString(file, Files.readString(file).replace("\"steps\":3", "\"steps\":4"));
        assertThatThrownBy(() -> TraceReader.read(file)).hasMessageContaining("t.jsonl:7 says 4 steps");
    }

    @Test
    void recordsThatWereLaidOutAnewAreTheSame() throws IOException {
        Path file = write("t.jsonl", "here");
        RunTrace before = TraceReader.read(file);
        Files.writeString(file, Files.readString(file).replace(",", ", "));
        assertThat(TraceReader.read(file)).isEqualTo(before);
    }

    @Test
    void aRecordAfterTheEndIsRefused() throws IOException {
        Path file = write("t.jsonl", "here");
        String text = Files.readString(file);
        Files.writeString(file, text + text.lines().toList().get(1) + "\n");
        assertThatThrownBy(() -> TraceReader.read(file)).hasMessageContaining("t.jsonl:8 stands after the end");
    }

    @Test
    void aMissingStepIsRefused() throws IOException {
        Path file = write("t.jsonl", "here");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(1);
        Files.write(file, lines);
        assertThatThrownBy(() -> TraceReader.read(file))
                .hasMessageContaining("t.jsonl:3 expected step 1, found step 2");
    }

    @Test
    void aTraceBeginsWithAHeaderAndHasNoOther() throws IOException {
        List<String> lines = Files.readAllLines(write("t.jsonl", "here"));
        Path file = folder.resolve("other.jsonl");
        Files.write(file, List.of(lines.get(0), lines.get(0)));
        assertThatThrownBy(() -> TraceReader.read(file))
                .hasMessageContaining("other.jsonl:2 expected a record, found a Header");
        Files.write(file, lines.subList(1, 3));
        assertThatThrownBy(() -> TraceReader.read(file))
                .hasMessageContaining("other.jsonl:1 expected a header, found a StepRecord");
    }

    @Test
    void aRunWithTwoHeadersIsRefused() {
        TraceRecord.Header header = new TraceRecord.Header(1, Traces.provenance("here"));
        assertThatThrownBy(() -> RunTrace.of("t", header, List.of(header), List.of()))
                .hasMessageContaining("t has two headers");
    }

    @Test
    void aDamagedLineInTheMiddleIsAnErrorWithItsNumber() throws IOException {
        Path file = write("t.jsonl", "here");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(2, "{\"type\":\"step\",\"loss\":");
        Files.write(file, lines);
        assertThatThrownBy(() -> TraceReader.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("t.jsonl:3 is not a trace record: found '{\"type\":\"step\",\"loss\":'");
    }

    // the first lines of HF's trainer_state.json, an array, a word
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\n  \"best_metric\": null,\n",
                "{\"epoch\": 0.16}\n",
                "{\"type\": \"run\"}\n",
                "{\"type\": 7, \"type\": \"step\"}\n",
                "[1, 2]\n"
            })
    void foreignJsonIsRefusedWithWhatATraceBeginsWith(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("state.json"), text);
        assertThatThrownBy(() -> RunReader.USUAL.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("state.json: no loss was recognised")
                .hasMessageContaining(
                        "expected a trace's first line, {\"type\":\"header\",\"version\":1,\"provenance\":{");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\": \"end\"}\n", "{\"version\": 1, \"type\": \"header\"}\n"})
    void aFileThatBeginsWithARecordIsATrace(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("state.json"), text);
        assertThatThrownBy(() -> RunReader.USUAL.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining(
                        "state.json:1 is not a trace record: found '%s', expected a trace's first line, {\"type\":\"header\",\"version\":1,\"provenance\":{"
                                .formatted(text.lines().findFirst().orElseThrow()))
                .hasMessageNotContaining("REDACTED")
                .hasMessageNotContaining("Source");
    }

    @Test
    void aTraceBeginsAsMessagesSay() throws IOException {
        String first = Files.readAllLines(write("t.jsonl", "here")).getFirst();
        assertThat(first)
                .startsWith("{\"type\":\"header\",\"version\":1,\"provenance\":{")
                .endsWith("}}");
    }

    @Test
    void aLongLineThatIsNoRecordIsShortened() throws IOException {
        Path file = Files.writeString(folder.resolve("t.jsonl"), "{" + "x".repeat(1000) + "\n");
        assertThatThrownBy(() -> TraceReader.read(file)).hasMessageContaining("found '{%s…'".formatted("x".repeat(79)));
    }

    @Test
    void aLineOfUnboundedLengthIsRefused() throws IOException {
        Path file = folder.resolve("t.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < 17; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        assertThatThrownBy(() -> TraceReader.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining(
                        "t.jsonl.gz:1 expected a record of less than 16777216 bytes, found a longer line");
    }

    @ParameterizedTest
    @CsvSource({"t.jsonl.gz, gzip", "t.jsonl.zst, Zstandard"})
    void damagedCompressionIsRefusedWithItsPlace(String name, String format) throws IOException {
        Path file = folder.resolve(name);
        long flushed;
        try (TraceWriter writer = new TraceWriter(file, Traces.provenance("here"))) {
            Traces.records().forEach(writer::write);
            writer.flush();
            flushed = Files.size(file);
            Traces.records().forEach(writer::write);
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) flushed] |= 6; // a block of type 3, which both formats reserve (RFC 1951 and 8878)
        Files.write(file, bytes);
        assertThatThrownBy(() -> TraceReader.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("%s: damaged %s data, at byte %d at most (".formatted(file, format, bytes.length))
                .hasMessageMatching(".*\\): [06] whole records were read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1f8b", "1f8b09", "28b52ffd"})
    void aFileThatEndsInItsCompressionsHeaderHasNoHeader(String start) throws IOException {
        Path file = Files.write(folder.resolve("t.jsonl.gz"), HexFormat.of().parseHex(start));
        assertThatThrownBy(() -> RunReader.USUAL.read(file)).isInstanceOf(TraceFormatException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            "overall":\\{[^}]*}     | a rank's evaluation needs its overall score
            "score":\\{[^}]*}       | a class needs a score
            "kind":"HYSTERESIS"    | a scale event needs a kind
            "source":"recorded"    | a provenance needs a source
            "provenance":\\{.*}}    | a header needs a provenance
            "digest":"[0-9a-f]*"   | a digest has 64 hexadecimal digits, found null
            """)
    void aRecordThatLacksAPartIsRefused(String part, String reason) throws IOException {
        Path file = write("t.jsonl", "here");
        String without = Pattern.compile(part).matcher(Files.readString(file)).replaceFirst(found -> {
            String name = found.group().substring(0, found.group().indexOf(':'));
            return name + ":null" + (name.equals("\"provenance\"") ? "}" : "");
        });
        Files.writeString(file, without);
        assertThatThrownBy(() -> TraceReader.read(file))
                .hasMessageContaining("is not a trace record")
                .hasMessageContaining(reason);
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
        try (TraceWriter writer = new TraceWriter(file, Traces.provenance("here"))) {
            Traces.records().forEach(writer::write);
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
