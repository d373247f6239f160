package dev.parity.importers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.LogImporter;
import dev.parity.trace.Point;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a file holds, it is read, with gaps that say where, or refused with its name.
final class FuzzTest {
    private static final int INPUTS = 2000;

    /// A gap names its file, and of most formats the line.
    private static final String PLACE = "run\\.x(:\\d+|, byte \\d+)?\\b";

    @TempDir
    private Path folder;

    /// Formats, each with a whole file.
    ///
    /// @param whole bytes, as ISO-8859-1 has them
    record Subject(String format, String whole) {
        Subject(String format, byte[] whole) {
            this(format, new String(whole, ISO_8859_1));
        }

        /// MLflow's file bears the name of its metric.
        ColumnMap map() {
            return format.equals("mlflow") ? new ColumnMap(Map.of("loss", "run.x")) : ColumnMap.USUAL;
        }

        byte[] bytes() {
            return whole.getBytes(ISO_8859_1);
        }

        static Subject of(String format, String text) {
            return new Subject(format, text.getBytes(UTF_8));
        }

        @Override
        public String toString() {
            return format;
        }
    }

    static List<Subject> subjects() {
        EventFile events = new EventFile();
        StringBuilder csv = new StringBuilder("step,train_loss,lr,note\n");
        StringBuilder jsonl = new StringBuilder();
        StringBuilder mlflow = new StringBuilder();
        StringBuilder rows = new StringBuilder("{\"log_history\": [");
        StringBuilder golden = new StringBuilder(
                "{\"lm loss\": {\"start_step\": 1, \"end_step\": 20, \"step_interval\": 1, \"values\": {\"0\": 11.5");
        StringBuilder msprobe = new StringBuilder("vpp_stage,name,step,norm\n");
        for (int i = 1; i <= 20; i++) {
            double loss = 10 - i / 7.0;
            events.scalar("loss", i, (float) loss).tensor("lr", i, 1e-3f);
            csv.append("%d,%s,0.001,\"a \"\"b\"\"\"\n".formatted(i, loss));
            jsonl.append("{\"step\": %d, \"train\": {\"loss\": %s}, \"lr\": 1e-3}\n".formatted(i, loss));
            mlflow.append("17000000000%02d %s %d\n".formatted(i, loss, i));
            rows.append("{\"loss\": %.4f, \"grad_norm\": NaN, \"step\": %d},\n".formatted(loss, i));
            golden.append(", \"%d\": %.5f".formatted(i, loss));
            msprobe.append("0,layers.%d.weight,%d,%s\n".formatted(i % 3, i, loss));
        }
        return List.of(
                new Subject("tensorboard", events.bytes()),
                Subject.of("csv", csv.toString()),
                Subject.of("jsonl", jsonl.toString()),
                Subject.of("mlflow", mlflow.toString()),
                Subject.of("msprobe-monitor", msprobe.toString()),
                Subject.of("hf-trainer", rows + "{\"eval_loss\": 2.5, \"step\": 20}], \"max_steps\": 20}"),
                Subject.of("megatron-golden", golden + "}}, \"num-zeros\": {\"values\": []}}"),
                Subject.of(
                        "mindspeed-baseline",
                        "{\"lm loss\": [12.44007, 9.21872], \"grad norm\": [2.2, \"nan\"], \"time info\": [1, 2]}"),
                Subject.of(
                        "mlperf-rcp",
                        "{\"a_16\": {\"Benchmark\": \"a\", \"BS\": 16, \"Epochs to converge\": [1, 2.5, 3]}}"));
    }

    @Test
    void everyImporterOfTheModuleIsTried() {
        assertThat(subjects())
                .extracting(Subject::format)
                .containsExactlyInAnyOrderElementsOf(LogImporter.all().stream()
                        .filter(importer -> importer.getClass().getPackage().equals(FuzzTest.class.getPackage()))
                        .map(LogImporter::format)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void noInputBreaksAnImporter(Subject subject) throws IOException {
        Path file = folder.resolve("run.x");
        RunReader forced = new RunReader(Optional.of(subject.format), subject.map());
        Random random = new Random(17);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            Files.write(file, damage(subject.bytes(), random));
            for (RunReader reader : i % 4 == 0 ? List.of(forced, RunReader.USUAL) : List.of(forced)) {
                try {
                    RunTrace run = reader.read(file);
                    assertThat(run.points())
                            .allMatch(point -> String.valueOf(point.origin()).matches(PLACE));
                    assertThat(run.gaps()).allMatch(gap -> gap.matches("(?s).*\\b" + PLACE + ".*"));
                    read++;
                } catch (TraceFormatException expected) {
                    assertThat(expected).as("try %d", i).hasMessageContaining("run.x");
                    refused++;
                } catch (RuntimeException | Error unexpected) {
                    throw new AssertionError("%s, try %d".formatted(subject, i), unexpected);
                }
            }
        }
        assertThat(read).isGreaterThan(INPUTS / 10);
        assertThat(refused).isGreaterThan(INPUTS / 20);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aDamagedCompressedFileIsNeverReadAsAWholeOne(Subject subject) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(subject.bytes());
        }
        Path file = folder.resolve("run.x");
        RunReader forced = new RunReader(Optional.of(subject.format), subject.map());
        Files.write(file, compressed.toByteArray());
        List<Point> whole = forced.read(file).points();
        Random random = new Random(23);
        for (int i = 0; i < INPUTS / 10; i++) {
            byte[] changed = compressed.toByteArray();
            int at = 20 + random.nextInt(changed.length - 20); // behind gzip's own header
            changed = i % 2 == 0 ? Arrays.copyOf(changed, at) : flippedAt(changed, at, random);
            Files.write(file, changed);
            try {
                RunTrace run = forced.read(file);
                assertThat(run.gaps().isEmpty() ? run.points() : whole)
                        .as("try %d", i)
                        .isEqualTo(whole);
            } catch (TraceFormatException | UncheckedIOException expected) {
                assertThat(expected).as("try %d", i).hasMessageContaining("run.x");
            }
        }
    }

    private static byte[] flippedAt(byte[] bytes, int at, Random random) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("subjects")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void enormousLinesAreReadInLittleMemory(Subject subject) throws IOException {
        Path file = folder.resolve("run.x");
        byte[] whole = subject.bytes();
        int middle = whole.length / 2;
        for (char each : new char[] {'{', '[', '"', '1', ',', 'x', 0}) {
            byte[] line = new byte[8 << 20];
            Arrays.fill(line, (byte) each);
            Files.write(file, joined(whole, middle, line, middle));
            try {
                RunTrace run = new RunReader(Optional.of(subject.format), subject.map()).read(file);
                assertThat(run.points()).hasSizeLessThan(100);
                assertThat(run.gaps()).isNotEmpty().allMatch(gap -> gap.length() < 500);
            } catch (TraceFormatException expected) {
                assertThat(expected.getMessage()).contains("run.x").hasSizeLessThan(2000);
            }
        }
    }

    /// Flips bits, leaves some bytes out, repeats some, cuts the end, puts other text or noise in.
    private static byte[] damage(byte[] whole, Random random) {
        byte[] changed = whole.clone();
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(changed.length + 1);
            int end = Math.min(changed.length, at + random.nextInt(30));
            changed = switch (random.nextInt(8)) {
                case 0, 1 -> flipped(changed, random);
                case 2 -> joined(changed, at, new byte[0], end);
                case 3 -> joined(changed, at, Arrays.copyOfRange(changed, at, end), at);
                case 4 -> joined(changed, at, token(random), end);
                case 5 -> joined(changed, at, token(random), at);
                case 6 -> random.nextInt(8) == 0 ? noise(random) : flipped(changed, random);
                default -> Arrays.copyOf(changed, random.nextInt(3) == 0 ? at : changed.length);
            };
        }
        return changed;
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        if (bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static byte[] token(Random random) {
        List<String> tokens = List.of(
                "NaN",
                "-Infinity",
                "null",
                "1e999999999",
                "-1",
                "\"",
                "{",
                "}",
                "[",
                "]",
                ",",
                "\n",
                "\r",
                "\0",
                "9999999999999999999",
                "0x1p3",
                "{\"step\":",
                "\uFEFF",
                "loss",
                "1e-400",
                ":",
                "\"step\"",
                "true");
        return tokens.get(random.nextInt(tokens.size())).getBytes(UTF_8);
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(2000)];
        random.nextBytes(noise);
        return noise;
    }

    /// Bytes up to one place, others, then those from another place on.
    private static byte[] joined(byte[] bytes, int to, byte[] middle, int from) {
        byte[] all = Arrays.copyOf(bytes, to + middle.length + bytes.length - from);
        System.arraycopy(middle, 0, all, to, middle.length);
        System.arraycopy(bytes, from, all, to + middle.length, bytes.length - from);
        return all;
    }
}
