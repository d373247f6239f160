package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever happens to a text log's bytes, it is read, and what is told has a place in it.
@Tag("whole")
final class TextLogFuzzTest {
    private static final int INPUTS = 2000;

    /// A line of each kind, and words that begin one.
    private static final List<String> LINES = List.of(
            "[1,  2000] loss: 2.163",
            "step:20, loss:3.546875",
            "steps: 1 loss: 11.4926 iter time (s): 36.217 samples/sec: 70.686",
            "Epoch: 0, Step: 10, Rank: 0, loss = 1.25",
            "[200] Loss : 6.5",
            "Step at 1 with Perplexity: 61.57192267554583",
            "ppl: 1.97",
            "Finished Training",
            "Accuracy of the network on the 10000 test images: 46 %",
            "Accuracy of plane : 51 %",
            "[2023-10-31 07:15:50,880] [INFO] [loss_scaler.py:183:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16384, reducing to 8192",
            "[2023-10-31 07:15:56,229] [INFO] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16384, but hysteresis is 2. Reducing hysteresis to 1",
            "[2023-10-31 08:58:26,908] [INFO] [unfused_optimizer.py:281:_update_scale] Grad overflow on iteration: 13437",
            "[2023-10-31 08:58:26,909] [INFO] [unfused_optimizer.py:282:_update_scale] Reducing dynamic loss scale from 8192.0 to 4096.0",
            "[2023-10-31 08:58:32,525] [INFO] Increasing dynamic loss scale from 4096.0 to 8192.0",
            "[INFO] [logging.py:96:log_dist] [Rank 0] step=14000, skipped=25, lr=[0.001, 0.001], mom=[(0.9, 0.999)]",
            "dynamic_loss_scale_args ...... {'init_scale': 65536, 'scale_window': 100, 'delayed_shift': 2, 'min_scale': 1}",
            "  num_layers ...................................... 24",
            "iteration 20/ 500000 | consumed samples: 20480 | learning rate: 6.976744E-07 | global batch size: 1024 | lm loss: 1.064275E+01 | loss scale: 262144.0 | grad norm: 47.021 | number of skipped iterations: 5 | number of nan iterations: 0 |",
            " samples/sec: 51.234 | iteration 10/ 50 | elapsed time per iteration (ms): 19987.6 |",
            " learning rate: 1.234E-04 | lm_loss: 7.123456E+00 |",
            " validation loss at iteration 100 | lm loss value: 8.095942E+00 | lm loss PPL: 3.281128E+03 | ",
            "iteration: 327281 / 378950 | consumed_tokens: 85.8G | lm_loss: 2.38 | lr: 1e-05 | grad_norm: 1.25",
            " 14%|#4        | 380/2724 [14:02:33<86:01:24, 132.12s/it]",
            "{'loss': 2.0491, 'learning_rate': 0.0001961913563176343, 'epoch': 0.28}",
            "{'eval_loss': 0.5, 'eval_runtime': 1.5, 'epoch': 1.0}",
            "  Total optimization steps = 2,724",
            "OVERFLOW!",
            "Skipping step",
            "loss:",
            "{'loss'",
            "iteration 1/",
            "|",
            ":",
            "[",
            "\u001b[32m",
            "nan",
            "1e999999999",
            "9".repeat(40));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"deepspeed, 1", "megatron, 2", "hf-trainer-stdout, 3"})
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noInputBreaksAnImporter(String format, long seed) throws IOException {
        Path file = folder.resolve("fuzz.log");
        LogImporter importer = LogImporter.named(format);
        Random random = new Random(seed);
        int gaps = 0;
        for (int i = 0; i < INPUTS; i++) {
            Files.write(file, input(random, i));
            List<TraceRecord> told = new ArrayList<>();
            try (LogSource source = LogSource.open(file)) {
                importer.read(source, told::add);
            } catch (RuntimeException | Error unexpected) {
                throw new AssertionError("seed %d, input %d".formatted(seed, i), unexpected);
            }
            for (TraceRecord item : told) {
                assertThat(isPlaced(item))
                        .as("seed %d, input %d: %s", seed, i, item)
                        .isTrue();
                gaps += item instanceof TraceRecord.Note(String _, boolean gap) && gap ? 1 : 0;
            }
        }
        assertThat(gaps).isGreaterThan(INPUTS / 2);
    }

    /// Says whether a record names the file: with a line, or in a sentence on all of it.
    private static boolean isPlaced(TraceRecord item) {
        return switch (item) {
            case Point point -> String.valueOf(point.origin()).matches("fuzz\\.log:\\d+");
            case ScaleEvent event -> String.valueOf(event.origin()).matches("fuzz\\.log:\\d+");
            case TraceRecord.Fact fact -> fact.origin().matches("fuzz\\.log:\\d+");
            case TraceRecord.Note note -> note.text().contains("fuzz.log");
            case Evaluation evaluation -> !evaluation.ranks().isEmpty();
            case StepRecord _, TraceRecord.Header _, TraceRecord.End _ -> false;
        };
    }

    private static byte[] input(Random random, int number) {
        byte[] bytes = log(random, number % 500 == 499);
        return switch (number % 5) {
            case 0 -> bytes;
            case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 2 -> changed(bytes, random);
            case 3 -> torn(bytes, random);
            default -> binary(bytes, random);
        };
    }

    /// @param enormous whether a line is longer than any that is read whole
    private static byte[] log(Random random, boolean enormous) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        String[] ends = {"\n", "\r\n", "\r", "", " "};
        for (int i = random.nextInt(30); i >= 0; i--) {
            log.writeBytes(LINES.get(random.nextInt(LINES.size())).getBytes(StandardCharsets.UTF_8));
            log.writeBytes(ends[random.nextInt(ends.length)].getBytes(StandardCharsets.UTF_8));
        }
        if (enormous) {
            log.writeBytes(
                    LINES.get(random.nextInt(LINES.size())).repeat(30_000).getBytes(StandardCharsets.UTF_8));
        }
        return log.toByteArray();
    }

    private static byte[] changed(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        for (int times = 1 + random.nextInt(20); times > 0; times--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    /// Cuts a log in two and puts the second part before the first, as ranks that interleave do.
    private static byte[] torn(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        byte[] torn = new byte[bytes.length];
        System.arraycopy(bytes, at, torn, 0, bytes.length - at);
        System.arraycopy(bytes, 0, torn, bytes.length - at, at);
        return torn;
    }

    private static byte[] binary(byte[] bytes, Random random) {
        byte[] noise = new byte[random.nextInt(4000)];
        random.nextBytes(noise);
        byte[] all = Arrays.copyOf(noise, noise.length + bytes.length);
        System.arraycopy(bytes, 0, all, noise.length, bytes.length);
        return all;
    }

    /// What a launcher, a terminal and Windows add changes no number.
    @ParameterizedTest
    @CsvSource({
        "deepspeed-0.11-cifar10-dense-fp16-NPU-4rank-wangshuai09-2023-10-31.log",
        "deepspeed-0.15.1-gpt2-fp16-zero1-4gpu-runA-2024-09-15.log",
        "deepspeed-0.7.3-randomltd-gpt-train_with_kernel_fp16-2022-10.log",
        "deepspeed-0.9-zero-sft-opt1.3b-2023-04.log",
        "megatron-core-r0.8-fixstars-mdk-7B-fp16-1node.log",
        "megatron-ds-bigscience-tr1-13B-loss-spike-fp16.log"
    })
    void marksChangeNoNumber(String name) throws IOException {
        Path original = SharedLogs.file(name);
        Path changed = folder.resolve(name);
        RunTrace run = RunReader.USUAL.read(original);
        for (String[] marks : new String[][] {
            {"", "\r\n"}, {"[rank0]: ", "\n"}, {"[default0]:", "\n"}, {"0: ", "\n"}, {"\u001b[32m", "\u001b[0m\n"}
        }) {
            StringBuilder text = new StringBuilder();
            Files.readAllLines(original)
                    .forEach(line -> text.append(marks[0]).append(line).append(marks[1]));
            Files.writeString(changed, text);
            RunTrace other = new RunReader(Optional.of(run.provenance().source()), ColumnMap.USUAL).read(changed);
            assertThat(other.points()).as(Arrays.toString(marks)).isEqualTo(run.points());
            assertThat(other.scaleEvents()).as(Arrays.toString(marks)).isEqualTo(run.scaleEvents());
            assertThat(other.evaluations()).as(Arrays.toString(marks)).isEqualTo(run.evaluations());
            assertThat(other.provenance()).as(Arrays.toString(marks)).isEqualTo(run.provenance());
            assertThat(other.gaps()).as(Arrays.toString(marks)).isEqualTo(run.gaps());
        }
    }
}
