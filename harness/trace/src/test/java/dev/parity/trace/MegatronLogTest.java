package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Made-up logs of Megatron's family.
final class MegatronLogTest {
    @TempDir
    private Path folder;

    private RunTrace read(String text) throws IOException {
        return RunReader.USUAL.read(Files.writeString(folder.resolve("run.log"), text));
    }

    private static String line(long iteration, String loss, int skipped, int nan) {
        return " iteration %8d/     100 | learning rate: 1.0E-04 | %sloss scale: 1024.0 | number of skipped iterations: %3d | number of nan iterations: %3d |\n"
                .formatted(iteration, loss, skipped, nan);
    }

    private static String loss(double value) {
        return "lm loss: %.3f | ".formatted(value);
    }

    private static String losses(RunTrace run) {
        return run.losses().stream()
                .map(point -> "%d:%s/%d".formatted(point.step(), point.value(), point.window()))
                .collect(Collectors.joining(" "));
    }

    // Megatron prints a mean only if it is above 0, since 2026 also if it is 0: NaN never
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10 | 0 |          | 10:3.0/10 30:3.0/10
            0  | 0 |          | 10:3.0/10 20:NaN/10 30:3.0/10
            3  | 0 |          | 10:3.0/10 20:NaN/10 30:3.0/10
            0  | 4 |          | 10:3.0/10 20:NaN/10 30:3.0/10
            10 | 0 | lm loss: 0.000000E+00 | 10:3.0/10 30:3.0/10
            0  | 0 | lm loss: 0.000000E+00 | 10:3.0/10 20:0.0/10 30:3.0/10
            0  | 0 | lm loss: nan | 10:3.0/10 20:NaN/10 30:3.0/10
            """)
    void whatAnAbsentLossMeans(int skipped, int nan, String loss, String expected) throws IOException {
        RunTrace run = read(line(10, loss(3), 0, 0)
                + line(20, loss == null ? "" : loss + " | ", skipped, nan)
                + line(30, loss(3), 0, 0));
        assertThat(losses(run)).isEqualTo(expected);
        assertThat(run.gaps()).isEmpty();
        boolean suspect = loss == null && skipped < 10;
        assertThat(run.notes().stream().filter(note -> note.endsWith("it counts as NaN, the first run.log:2")))
                .hasSize(suspect ? 1 : 0);
    }

    // lines of EleutherAI/gpt-neox issues 755 and 792
    @Test
    void factsOfGptNeoxHaveDotsBehindThem() throws IOException {
        RunTrace run = read("""
                  lr .............................. 9.7e-05.....................updated
                  num_attention_heads ............. 64..........................updated
                  num_layers ...................... 44..........................updated
                  optimizer ....................... {'type': 'Adam', 'params': {'lr': 9.7e-05, 'betas': [0.9, 0.95], 'eps': 1e-08}}updated
                  optimizer_type .................. Adam........................updated
                  train_iters ..................... 100.........................default
                """ + line(10, loss(3), 0, 0));
        assertThat(run.provenance().comparability())
                .containsEntry(Provenance.HEADS, "64")
                .containsEntry(Provenance.LAYERS, "44")
                .containsEntry(Provenance.TOTAL_ITERATIONS, "100")
                .containsEntry(Provenance.OPTIMIZER, "adam lr=9.7E-5 beta1=0.9 beta2=0.95 epsilon=1.0E-8");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void countersCoverTheInterval() throws IOException {
        RunTrace run = read(line(10, loss(3), 2, 0) + line(20, loss(3), 1, 1));
        assertThat(run.series(Series.SKIPPED))
                .extracting(Point::value, Point::window)
                .containsExactly(tuple(2.0, 10), tuple(1.0, 10));
        assertThat(run.series(Series.NAN_STEPS)).extracting(Point::value).containsExactly(0.0, 1.0);
        assertThat(run.series(Series.LOSS_SCALE)).extracting(Point::window).containsOnly(1);
    }

    @Test
    void anIntervalThatBeginsElsewhereIsNotKnown() throws IOException {
        assertThat(losses(read(line(13, loss(3), 0, 0) + line(20, loss(2), 0, 0) + line(30, loss(2), 0, 0))))
                .isEqualTo("13:3.0/0 20:2.0/7 30:2.0/10");
    }

    @Test
    void recordsThatShareALineAreAllRead() throws IOException {
        RunTrace run = read(line(10, loss(3), 0, 0).strip() + line(20, loss(2), 0, 0) + line(30, loss(1), 0, 0));
        assertThat(losses(run)).isEqualTo("10:3.0/10 20:2.0/10 30:1.0/10");
        assertThat(run.losses()).extracting(Point::origin).containsExactly("run.log:1", "run.log:1", "run.log:2");
        assertThat(run.gaps()).isEmpty();
    }

    // the number that the line ends in may be cut
    @Test
    void aTornRecordIsCountedAndItsLastFieldLeftOut() throws IOException {
        String torn = line(20, loss(2.345), 0, 0);
        torn = torn.substring(0, torn.indexOf("2.345") + 3);
        RunTrace run = read(line(10, loss(3), 0, 0) + torn + "\n" + line(30, loss(1), 0, 0));
        assertThat(losses(run)).isEqualTo("10:3.0/10 30:1.0/10");
        assertThat(run.series(Series.LEARNING_RATE)).hasSize(3);
        assertThat(run.gaps()).singleElement().asString().contains("the first is run.log:2");
    }

    @Test
    void otherWordsOnAnIterationAreNoRecord() throws IOException {
        String lines = line(10, loss(3), 0, 0) + "saving at iteration 10/ 100 took 3 s\n%s" + line(20, loss(1), 0, 0);
        assertThat(read(lines.formatted("")).gaps()).isEmpty();
        assertThat(losses(read(lines.formatted("")))).isEqualTo("10:3.0/10 20:1.0/10");
        assertThat(read(lines.formatted(" iteration 20/ 1\n")).gaps())
                .singleElement()
                .asString()
                .contains("the first is run.log:3: ' iteration 20/ 1'");
    }

    @Test
    void aMissingIterationIsAGap() throws IOException {
        RunTrace run = read(
                line(10, loss(3), 0, 0) + line(20, loss(3), 0, 0) + line(40, loss(3), 0, 0) + line(50, loss(3), 0, 0));
        assertThat(run.gaps()).containsExactly("there is a loss every 10 steps, but none at step 30, after run.log:2");
        assertThat(run.losses()).extracting(Point::window).containsExactly(10, 10, 20, 10);
    }

    @Test
    void ranksThatRepeatEachOtherCountOnce() throws IOException {
        RunTrace run =
                read("0: " + line(10, loss(3), 0, 0) + "1: " + line(10, loss(3), 0, 0) + "1: " + line(20, loss(2), 0, 0)
                        + "0: " + line(10, loss(3), 0, 0) + "0: " + line(20, "lm loss: nan | ", 0, 0));
        assertThat(losses(run)).isEqualTo("10:3.0/10 20:NaN/0");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aRunThatWasResumedIsAGap() throws IOException {
        RunTrace run = read(line(10, loss(3), 0, 0)
                + line(20, loss(3), 0, 0)
                + line(30, loss(3), 0, 0)
                + line(40, loss(2), 0, 0)
                + line(20, loss(1), 0, 0)
                + line(30, loss(1), 0, 0));
        assertThat(run.losses().stream().map(point -> "%d/%d".formatted(point.epoch(), point.step())))
                .containsExactly("0/10", "0/20", "0/30", "0/40", "2/20", "2/30");
        assertThat(run.gaps()).anyMatch(gap -> gap.contains("run.log:5 goes back from step 40 to 20"));
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1.0, none, ", "12.0, 12.0, static, scale=12.0", "1024.0, 512.0, megatron, ", "1024.0, 1024.0, , "
    })
    void theLossScaleTellsTheScaler(String first, String second, String algorithm, String settings) throws IOException {
        RunTrace run = read(line(10, loss(3), 0, 0).replace("1024.0", first)
                + line(20, loss(3), 0, 0).replace("1024.0", second));
        assertThat(run.provenance().comparability().get(Provenance.LOSS_SCALER)).isEqualTo(algorithm);
        assertThat(run.provenance().comparability().get(Provenance.LOSS_SCALER_SETTINGS))
                .isEqualTo(settings);
    }

    @Test
    void argumentsBecomeFactsWithTheirLines() throws IOException {
        RunTrace run = read("""
                using world size: 8, data-parallel-size: 4, tensor-model-parallel size: 2
                ------------------------ arguments ------------------------
                  adam_beta1 ...................................... 0.9
                  adam_beta2 ...................................... 0.95
                  bf16 ............................................ True
                  fp16 ............................................ False
                  global_batch_size ............................... 64
                  hidden_size ..................................... 2048
                  lr .............................................. 1.25e-06
                  lr_decay_style .................................. cosine
                  num_experts ..................................... 8
                  num_layers ...................................... 24
                  optimizer ....................................... adam
                  seed ............................................ 1234
                  seq_length ...................................... 4096
                  train_iters ..................................... 100
                """ + line(10, loss(3), 0, 0).replace("1024.0", "1.0"));
        assertThat(run.provenance().comparability())
                .containsOnly(
                        Map.entry(Provenance.BATCH_SIZE, "64"),
                        Map.entry(Provenance.DTYPE, "bf16"),
                        Map.entry(Provenance.EXPERTS, "8"),
                        Map.entry(Provenance.HIDDEN_SIZE, "2048"),
                        Map.entry(Provenance.LAYERS, "24"),
                        Map.entry(Provenance.LOSS_SCALER, "none"),
                        Map.entry(Provenance.OPTIMIZER, "adam lr=1.25E-6 beta1=0.9 beta2=0.95 schedule=cosine"),
                        Map.entry(Provenance.SEED, "1234"),
                        Map.entry(Provenance.SEQUENCE_LENGTH, "4096"),
                        Map.entry(Provenance.TOTAL_ITERATIONS, "100"),
                        Map.entry(Provenance.WORLD, "8"));
        assertThat(run.provenance().context()).containsEntry(Provenance.ORIGIN_OF + Provenance.LAYERS, "run.log:12");
        assertThat(run.gaps()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " validation loss at iteration 10 | lm loss value: 8.0E+00 | lm loss PPL: 3.0E+03 | ",
                " validation loss at the end of training for val data | lm loss value: 8.0E+00 | lm loss PPL: 3.0E+03 | "
            })
    void aValidationLossIsASeriesOfItsOwn(String validation) throws IOException {
        RunTrace run = read(line(10, loss(3), 0, 0) + validation + "\n");
        assertThat(run.series(Series.VALIDATION_LOSS))
                .containsExactly(new Point(Series.VALIDATION_LOSS, 0, 10, Point.EVERY_RANK, 8, 0, 0.1, "run.log:2"));
        assertThat(run.series(Series.VALIDATION_PERPLEXITY))
                .extracting(Point::value)
                .containsExactly(3000.0);
        assertThat(run.losses()).hasSize(1);
    }

    @Test
    void deepSpeedsScalerIsReadBesideTheIterations() throws IOException {
        RunTrace run = read(line(10, loss(3), 0, 0)
                + "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 1024, reducing to 512\n"
                + line(20, loss(3), 1, 0).replace("1024.0", "512.0"));
        assertThat(run.scaleEvents())
                .containsExactly(new ScaleEvent(0, 10, false, ScaleEvent.Kind.REDUCED, 1024, 512, "run.log:2"));
        assertThat(run.provenance().comparability()).containsEntry(Provenance.LOSS_SCALER, "zero");
    }
}
