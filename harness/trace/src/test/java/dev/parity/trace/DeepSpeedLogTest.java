package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Made-up logs of scripts on DeepSpeed.
final class DeepSpeedLogTest {
    private static final String OVERFLOW =
            "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: %d, reducing to %d\n";
    private static final String REDUCING = "[%s] [INFO] Reducing dynamic loss scale from %d to %d\n";

    @TempDir
    private Path folder;

    private RunTrace read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("run.log"), text);
        return new RunReader(Optional.of("deepspeed"), ColumnMap.USUAL).read(file);
    }

    private static String events(RunTrace run) {
        return run.scaleEvents().stream()
                .map(event -> "%s%.0f@%d".formatted(event.kind().name().charAt(0), event.to(), event.step()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            step:20, loss:3.546875                         | 0 | 20  | 3.546875
            host-1: step: 20, loss: 3.5                    | 0 | 20  | 3.5
            global_step=20 loss=3.5                        | 0 | 20  | 3.5
            Step 20/100, train_loss: 3.5                   | 0 | 20  | 3.5
            steps: 7 loss: 11.49 iter time (s): 36.2       | 0 | 7   | 11.49
            Epoch: 0, Step: 10, Rank: 0, loss = 1.25       | 1 | 10  | 1.25
            [200] Loss : 6.8                               | 0 | 200 | 6.8
            Epoch:[  1/  2], step:[   20/ 6500], loss: 3.5, lr: 1e-05 | 0 | 20 | 3.5
            Epoch:[  1/  2], step:[20/125], loss:[3.5/3.75], time: 2.5 | 0 | 20 | 3.5
            [rank3]:[2, 300] loss: nan                     | 2 | 300 | NaN
            """)
    void aLossInManyShapes(String line, int epoch, long step, Double value) throws IOException {
        RunTrace run = read(line + "\nFinished Training\n");
        assertThat(run.losses()).singleElement().satisfies(loss -> {
            assertThat(loss.epoch()).isEqualTo(epoch);
            assertThat(loss.step()).isEqualTo(step);
            assertThat(loss.value()).isEqualTo(value);
        });
        assertThat(run.gaps()).isEmpty();
    }

    // torchtitan colours its lines
    @Test
    void coloursDoNotHideTheFormat() throws IOException {
        Path log = Files.writeString(
                folder.resolve("run.log"),
                "[rank0]:2024-10-09 16:18:12,001 - root - INFO - \u001b[31mstep:  2  \u001b[32mloss:  8.5000  \u001b[39m\n");
        RunTrace run = RunReader.USUAL.read(log);
        assertThat(run.losses())
                .containsExactly(new Point(Series.LOSS, 0, 2, Point.EVERY_RANK, 8.5, 0, 1e-4, "run.log:1"));
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void anEvaluationHasAPerplexityAndALoss() throws IOException {
        RunTrace run = read("""
                Epoch: 0, Step: 10, Rank: 0, loss = 1.25
                ppl: 4.5, loss: 1.5
                """);
        assertThat(run.series(Series.VALIDATION_PERPLEXITY))
                .extracting(Point::step, Point::value)
                .containsExactly(tuple(10L, 4.5));
        assertThat(run.series(Series.VALIDATION_LOSS))
                .extracting(Point::step, Point::value)
                .containsExactly(tuple(10L, 1.5));
        assertThat(run.losses()).hasSize(1);
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void severalMessagesInALineAreAllRead() throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3[1, 200] loss: 2.2 [2023-10-31 07:15:50,880] "
                + OVERFLOW.formatted(8, 4).strip() + OVERFLOW.formatted(4, 2) + "Finished Training");
        assertThat(run.losses()).extracting(Point::value).containsExactly(2.3, 2.2);
        assertThat(events(run)).isEqualTo("R4@200 R2@200");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aMessageThatATerminalWrappedIsRead() throws IOException {
        RunTrace run = read("""
                step:1, loss:3.5
                [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scal
                e: 8192, reducing to 4096
                step:2, loss:3.5
                """);
        assertThat(events(run)).isEqualTo("R4096@1");
        assertThat(run.losses()).hasSize(2);
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aTornMessageBesideAWholeOneIsCounted() throws IOException {
        RunTrace run = read("step:1, loss:3.5\n[INFO] Reducing dynamic loss scale fr"
                + REDUCING.formatted("2025-01-02 15:47:32,712", 8, 4) + "step:2, loss:3.5\n");
        assertThat(events(run)).isEqualTo("R4@1");
        assertThat(run.gaps()).singleElement().asString().contains("1 lines").contains("run.log:2: '[INFO] Reducing");
    }

    // a wrap within the number would read 40
    @Test
    void aScaleThatIsNotHalfIsTorn() throws IOException {
        RunTrace run = read("step:1, loss:3.5\n" + OVERFLOW.formatted(8192, 40) + "step:2, loss:3.5\n");
        assertThat(run.scaleEvents()).isEmpty();
        assertThat(run.gaps()).singleElement().asString().contains("the first is run.log:2");
    }

    // before DeepSpeed 0.8.3
    @Test
    void aReductionToTheSameScaleIsHysteresisButAtTheMinimum() throws IOException {
        assertThat(events(read(OVERFLOW.formatted(65536, 65536)))).isEqualTo("H65536@0");
        assertThat(events(read(OVERFLOW.formatted(1, 1)))).isEqualTo("R1@0");
        String settings = "dynamic_loss_scale_args ...... {'init_scale': 64, 'scale_window': 10, 'min_scale': 64}\n";
        assertThat(events(read(settings + OVERFLOW.formatted(64, 64)))).isEqualTo("R64@0");
    }

    @Test
    void anOverflowOfBf16HasNoScale() throws IOException {
        RunTrace run = read("step:5, loss:3.5\n[deepspeed] OVERFLOW! Rank 0 Skipping step.\nstep:6, loss:3.5\n");
        assertThat(events(run)).isEqualTo("R1@5");
        assertThat(run.provenance().comparability()).doesNotContainKey(Provenance.DTYPE);
    }

    // a scale of 16 after a reduction to 4 grew twice; by DeepSpeed's rule 10 and 20 steps after the overflow
    @Test
    void growthOfZerosScalerStandsWhereTheWindowSays() throws IOException {
        String settings = "dynamic_loss_scale_args ...... {'init_scale': 8, 'scale_window': 10, 'delayed_shift': 1}\n";
        String losses = "step:%d, loss:3.5\n";
        String first = losses.formatted(100) + OVERFLOW.formatted(8, 4) + losses.formatted(150);
        RunTrace run = read(settings + first + OVERFLOW.formatted(16, 8));
        assertThat(events(run)).isEqualTo("R4@100 G8@110 G16@120 R8@150");
        assertThat(run.scaleEvents()).noneMatch(ScaleEvent::exact);
        assertThat(run.notes())
                .singleElement()
                .asString()
                .startsWith("2 growths")
                .endsWith("the first from run.log:5");
        assertThat(events(read(first + OVERFLOW.formatted(16, 8)))).isEqualTo("R4@100 G8@150 G16@150 R8@150");
    }

    @Test
    void aScaleThatNoRuleGivesIsAGap() throws IOException {
        RunTrace run = read("step:1, loss:3\n" + OVERFLOW.formatted(16, 8) + OVERFLOW.formatted(4, 2));
        assertThat(run.gaps()).singleElement().asString().contains("1 times").endsWith("run.log:3 says 4.0 after 8.0");
    }

    // the limit cycle: as often as the window ends, the scale falls again
    @Test
    void equalEventsOfDifferentStepsAreBothReal() throws IOException {
        String cycle = REDUCING.formatted("2023-10-31 08:58:26,909", 8, 4)
                + REDUCING.formatted("2023-10-31 08:58:26,911", 8, 4)
                + REDUCING.formatted("2023-10-31 08:59:26,909", 8, 4)
                + REDUCING.formatted("2023-10-31 08:59:26,910", 8, 4);
        assertThat(events(read(cycle))).isEqualTo("R4@0 R4@0");
        String steps = REDUCING.formatted("INFO", 8, 4).repeat(2) + "step:1, loss:2\n"
                + REDUCING.formatted("INFO", 8, 4).repeat(2);
        assertThat(events(read(steps))).isEqualTo("R4@0 R4@1");
        String iterations = "Grad overflow on iteration %d\n" + REDUCING.formatted("INFO", 8, 4);
        assertThat(events(read(iterations.formatted(7) + iterations.formatted(7) + iterations.formatted(8))))
                .isEqualTo("R4@7 R4@8");
    }

    @Test
    void oneRankIsListenedToWhereLinesNameIt() throws IOException {
        String line = "[rank%d]:[INFO] Increasing dynamic loss scale from 4.0 to 8.0\n";
        RunTrace run = read(line.formatted(2) + line.formatted(0) + line.formatted(1) + "step:1, loss:2\n"
                + line.formatted(1) + line.formatted(2));
        assertThat(events(run)).isEqualTo("G8@0 G8@1");
    }

    @Test
    void aStepCounterThatRestartsBeginsAnEpoch() throws IOException {
        RunTrace run = read(
                "step:10, loss:3\nstep:20, loss:2\nstep:30, loss:2\nstep:10, loss:1\nstep:20, loss:1\nstep:30, loss:1\n");
        assertThat(run.losses().stream().map(loss -> "%d/%d".formatted(loss.epoch(), loss.step())))
                .containsExactly("0/10", "0/20", "0/30", "2/10", "2/20", "2/30");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aRunThatWasResumedIsAGap() throws IOException {
        RunTrace run = read(
                "step:10, loss:3\nstep:20, loss:2\nstep:30, loss:2\nstep:40, loss:2\nstep:20, loss:1\nstep:30, loss:1\n");
        assertThat(run.gaps()).anyMatch(gap -> gap.contains("run.log:5 goes back from step 40 to 20"));
    }

    @Test
    void settingsBecomeFactsWithTheirLines() throws IOException {
        RunTrace run = read("""
                [2024-09-15 00:13:15,786] [INFO] [logging.py:96:log_dist] [Rank -1] DeepSpeed info: version=0.15.1, git-hash=unknown
                Setting ds_accelerator to npu (auto detect)
                torch version .................... 2.1.0
                [config.py:1003:print]   bfloat16_enabled ............. True
                [config.py:1003:print]   fp16_enabled ................. False
                [config.py:1003:print]   gradient_clipping ............ 1.0
                [config.py:1003:print]   optimizer_name ............... adamw
                [config.py:1003:print]   optimizer_params ............. {'lr': 0.001, 'betas': [0.8, 0.999], 'eps': 1e-08, 'weight_decay': 3e-07}
                [config.py:1003:print]   scheduler_name ............... WarmupLR
                [config.py:1003:print]   scheduler_params ............. {'warmup_min_lr': 0, 'warmup_max_lr': 0.001, 'warmup_num_steps': 1000}
                [config.py:1003:print]   train_micro_batch_size_per_gpu  4
                [config.py:1003:print]   world_size ................... 2
                [config.py:1003:print]   zero_optimization_stage ...... 3
                step:1, loss:2.5
                """);
        assertThat(run.provenance().comparability())
                .containsEntry(Provenance.DTYPE, "bf16")
                .containsEntry(Provenance.MICRO_BATCH_SIZE, "4")
                .containsEntry(Provenance.WORLD, "2")
                .containsEntry(Provenance.ZERO_STAGE, "3")
                .containsEntry(
                        Provenance.OPTIMIZER,
                        "adamw lr=0.001 beta1=0.8 beta2=0.999 epsilon=1.0E-8 weightDecay=3.0E-7 clip=1.0 "
                                + "schedule=warmuplr warmupMinLr=0.0 warmupMaxLr=0.001 warmupSteps=1000");
        assertThat(run.provenance().underTest())
                .containsEntry(Provenance.DEEPSPEED, "0.15.1")
                .containsEntry(Provenance.DEVICE, "npu")
                .containsEntry(Provenance.TORCH, "2.1.0");
        assertThat(run.provenance().context()).containsEntry(Provenance.ORIGIN_OF + Provenance.WORLD, "run.log:12");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void oneFinishedLineSaysNothingOfTheRanks() throws IOException {
        assertThat(read("[1, 100] loss: 2.3\nFinished Training\n").provenance().comparability())
                .isEmpty();
    }

    @Test
    void aLossOfAnotherShapeIsCountedNotDropped() throws IOException {
        RunTrace run = read("step:1, loss:2.5\nthe loss: is lower\n");
        assertThat(run.gaps())
                .isEqualTo(
                        List.of(
                                "1 lines of a loss, a loss scale or an accuracy could not be read, the first is run.log:2: 'the loss: is lower'"));
    }

    // 1000 losses before the overflow: all but those that a late rank may repeat are told before it
    @Test
    void pointsAreToldWhileTheLogIsRead() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 1; step <= 1000; step++) {
            text.append("step:%d, loss:2.5\n".formatted(step));
        }
        Path file = Files.writeString(folder.resolve("run.log"), text + OVERFLOW.formatted(8, 4));
        List<TraceRecord> told = new ArrayList<>();
        try (LogSource source = LogSource.open(file)) {
            LogImporter.named("deepspeed").read(source, told::add);
        }
        long before = told.stream()
                .takeWhile(item -> !(item instanceof ScaleEvent))
                .filter(Point.class::isInstance)
                .count();
        assertThat(before).isBetween(700L, 999L);
        assertThat(told.stream().filter(Point.class::isInstance)).hasSize(1000);
    }
}
