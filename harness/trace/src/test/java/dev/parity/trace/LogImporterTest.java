package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class LogImporterTest {
    @TempDir
    private Path folder;

    private RunTrace read(String text) throws IOException {
        Path file = folder.resolve("run.log");
        Files.writeString(file, text);
        return RunReader.USUAL.read(file);
    }

    @Test
    void zeroScalerLinesArePlacedAfterTheLastLoss() throws IOException {
        RunTrace run = read("""
                [3,   100] loss: 2.301
                [2023-10-31 07:15:56,229] [INFO] [loss_scaler.py:190:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16384, but hysteresis is 2. Reducing hysteresis to 1
                [3,   200] loss: nan
                [2023-10-31 07:15:56,794] [INFO] [loss_scaler.py:183:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 16384, reducing to 8192
                """);
        assertThat(run.losses()).extracting(Point::value).containsExactly(2.301, Double.NaN);
        assertThat(run.losses().getFirst()).isEqualTo(Point.loss(3, 100, 2.301, 0, 1e-3, "run.log:1"));
        assertThat(run.scaleEvents())
                .containsExactly(
                        new ScaleEvent(3, 100, false, ScaleEvent.Kind.HYSTERESIS, 16384, 16384, "run.log:2"),
                        new ScaleEvent(3, 200, false, ScaleEvent.Kind.REDUCED, 16384, 8192, "run.log:4"));
        assertThat(run.provenance().comparability()).containsEntry(Provenance.LOSS_SCALER, "zero");
    }

    @Test
    void linesRepeatedByOtherRanksCountOnce() throws IOException {
        RunTrace run = read("""
                x [unfused_optimizer.py:281:_update_scale] Grad overflow on iteration: 14075
                x [unfused_optimizer.py:281:_update_scale] Grad overflow on iteration: 14075
                x [unfused_optimizer.py:282:_update_scale] Reducing dynamic loss scale from 8192.0 to 4096.0
                x [unfused_optimizer.py:282:_update_scale] Reducing dynamic loss scale from 8192.0 to 4096.0
                x [deepspeed] fp16 dynamic loss scale overflow! Skipping step. Attempted loss scale: 8192.0, reducing to 4096.0
                x [unfused_optimizer.py:290:_update_scale] Increasing dynamic loss scale from 4096.0 to 8192.0
                x [unfused_optimizer.py:290:_update_scale] Increasing dynamic loss scale from 4096.0 to 8192.0
                """);
        assertThat(run.scaleEvents())
                .containsExactly(
                        new ScaleEvent(0, 14075, true, ScaleEvent.Kind.REDUCED, 8192, 4096, "run.log:3"),
                        new ScaleEvent(0, 0, false, ScaleEvent.Kind.GREW, 4096, 8192, "run.log:6"));
        assertThat(run.notes()).anyMatch(note -> note.contains("3 lines repeated"));
    }

    @Test
    void evaluationsOfTwoRanksAreToldApart() throws IOException {
        RunTrace run = read("""
                Finished Training
                Finished Training
                Accuracy of the network on the 10000 test images: 46 %
                Accuracy of the network on the 10000 test images: 45 %
                Accuracy of plane : 51 %
                Accuracy of   car : 54 %
                Accuracy of plane : 49 %
                Accuracy of   car : 53 %
                """);
        Evaluation evaluation = run.evaluations().getFirst();
        assertThat(evaluation.ranks()).hasSize(2);
        assertThat(evaluation.ranks().get(1).overall()).isEqualTo(new Evaluation.Score(45, 1, 10000));
        assertThat(evaluation.ranks().get(1).classes())
                .containsExactly(
                        new Evaluation.ClassScore("plane", new Evaluation.Score(49, 1, 5000)),
                        new Evaluation.ClassScore("car", new Evaluation.Score(53, 1, 5000)));
        assertThat(run.provenance().comparability()).containsEntry(Provenance.WORLD, "2");
    }

    @Test
    void lossesThatAreNotFiniteAreReadInEverySpelling() throws IOException {
        RunTrace run = read("""
                (base) $ sh run_ds_moe.sh
                [1,   100] loss: NaN
                [1,   200] loss: -inf
                [1,   300] loss: Infinity
                [1,   400] loss: 1.5e-3
                """);
        assertThat(run.losses())
                .extracting(Point::value)
                .containsExactly(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1.5e-3);
        assertThat(run.losses().getLast().quantum()).isEqualTo(1e-4);
    }

    private static final String FINISHED = "Finished Training\n";

    @Test
    void aRepeatedLossThatIsNotFiniteReplacesTheKeptOne() throws IOException {
        RunTrace run =
                read("[1, 100] loss: 2.3\n[1, 200] loss: 2.2\n[1, 100] loss: nan\n[1, 100] loss: 2.3\n" + FINISHED);
        assertThat(run.losses())
                .containsExactly(
                        Point.loss(1, 100, Double.NaN, 0, 0, "run.log:3"),
                        Point.loss(1, 200, 2.2, 0, 0.1, "run.log:2"));
    }

    @Test
    void aRepeatedLossOfAnotherValueIsNotedWithBothPlaces() throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3\n[1, 100] loss: 2.4\n[1, 100] loss: 2.5\n" + FINISHED);
        assertThat(run.losses()).extracting(Point::value).containsExactly(2.3);
        assertThat(run.notes())
                .contains(
                        "2 repeated values differ from those that were kept, the first: run.log:2 has 2.4 where run.log:1 has 2.3");
    }

    @Test
    void equalRepetitionsAreNoDisagreement() throws IOException {
        assertThat(read("[1, 100] loss: nan\n[1, 100] loss: nan\n" + FINISHED).notes())
                .containsExactly("run.log: 1 lines repeated by other ranks were counted once");
    }

    @Test
    void overflowsThatOtherRanksPrintAreRepetitions() throws IOException {
        String line = "[deepspeed] OVERFLOW! %sSkipping step. Attempted loss scale: %s, reducing to %s\n";
        RunTrace run = read("[1, 100] loss: 2.3\n" + line.formatted("Rank 0 ", 16, 8) + line.formatted("Rank 1 ", 16, 8)
                + line.formatted("", 8, 4) + FINISHED);
        assertThat(run.scaleEvents()).extracting(ScaleEvent::to).containsExactly(8.0, 4.0);
        assertThat(run.notes()).containsExactly("run.log: 1 lines repeated by other ranks were counted once");
    }

    // DeepSpeed 0.12, runtime/engine.py: the scheduler steps before the progress is reported
    @Test
    void whatDeepSpeedCountsBecomesSeries() throws IOException {
        RunTrace run = read("""
                [1, 100] loss: 2.3
                [INFO] [logging.py:96:log_dist] [Rank 0] step=14000, skipped=25, lr=[0.001, 0.002], mom=[0.9]
                [INFO] [logging.py:96:log_dist] [Rank 1] step=14000, skipped=25, lr=[0.001, 0.002], mom=[0.9]
                """);
        assertThat(run.seriesNames()).containsExactly(Series.LOSS, Series.LEARNING_RATE, Series.SKIPPED_SO_FAR);
        assertThat(run.series(Series.LEARNING_RATE))
                .containsExactly(new Point(Series.LEARNING_RATE, 0, 14001, Point.EVERY_RANK, 0.001, 1, 0, "run.log:2"));
        assertThat(run.series(Series.SKIPPED_SO_FAR)).extracting(Point::value).containsExactly(25.0);
        assertThat(run.provenance().comparability()).isEmpty();
    }

    @Test
    void classesWithoutAnOverallAccuracyAreKept() throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3\nAccuracy of plane : 100 %\n" + FINISHED);
        Evaluation.Rank rank = run.evaluations().getFirst().ranks().getFirst();
        assertThat(rank.overall().percent()).isNaN();
        assertThat(rank.classes()).containsExactly(new Evaluation.ClassScore("plane", new Evaluation.Score(100, 1, 0)));
        assertThat(rank.origin()).isNull();
    }

    @Test
    void anOverallAccuracyWithoutClassesIsKept() throws IOException {
        RunTrace run = read("[1, 100] loss: 2.3\nAccuracy of the network on the 10000 test images: 46 %\n" + FINISHED);
        assertThat(run.evaluations().getFirst().ranks())
                .containsExactly(
                        new Evaluation.Rank(0, new Evaluation.Score(46, 1, 10000), List.of(), List.of(), "run.log:2"));
    }

    @Test
    void trainingBetweenAccuraciesBeginsAnotherEvaluation() throws IOException {
        String accuracy = "Accuracy of the network on the 10000 test images: %d %%\nAccuracy of plane : %d %%\n";
        RunTrace run = read("[1, 100] loss: 2.3\n" + accuracy.formatted(40, 41) + "[1, 100] loss: 2.3\n"
                + accuracy.formatted(42, 43) + "[2, 150] loss: 2.2\n" + FINISHED + accuracy.formatted(50, 51));
        assertThat(run.evaluations()).extracting(Evaluation::step).containsExactly(100L, 150L);
        assertThat(run.evaluations().getFirst().ranks())
                .extracting(rank -> rank.overall().percent())
                .containsExactly(40.0, 42.0);
        Evaluation.Rank last = run.evaluations().getLast().ranks().getFirst();
        assertThat(run.evaluations().getLast().ranks()).hasSize(1);
        assertThat(last.overall()).isEqualTo(new Evaluation.Score(50, 1, 10000));
        assertThat(last.classes())
                .containsExactly(new Evaluation.ClassScore("plane", new Evaluation.Score(51, 1, 10000)));
        assertThat(last.origin()).isEqualTo("run.log:9");
    }

    @Test
    void carriageReturnsEndLinesToo() throws IOException {
        RunTrace run = read("10 %\r20 %\r[1, 100] loss: 2.3\r\n\r\n[1, 200] loss: 2.2\n" + FINISHED);
        assertThat(run.losses()).extracting(Point::origin).containsExactly("run.log:3", "run.log:5");
    }

    // 200,000 lines took minutes when each was compared with all before it
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aLongLogIsReadInTimeThatGrowsWithItsLength() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 200_000; i++) {
            text.append("[1, %d] loss: 2.3\n".formatted(i));
        }
        assertThat(read(text + FINISHED).losses()).hasSize(200_000);
    }

    @Test
    void aFileThatIsNeitherTraceNorLogIsRefused() {
        assertThatThrownBy(() -> read("hello\n"))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("run.log: no loss was recognised: it is neither a trace nor a log that is known");
    }

    // counted by hand in the two files
    @Test
    void theSeedsLogsAreReadWhole() {
        Path logs =
                Path.of(System.getProperty("parity.root"), "reference-logs/src/main/resources/dev/parity/reference");
        String name = "deepspeed-0.11-cifar10-moe-fp16-%s-wangshuai09-2023-10-31.log";
        RunTrace gpu = RunReader.USUAL.read(logs.resolve(name.formatted("GPU")));
        RunTrace npu = RunReader.USUAL.read(logs.resolve(name.formatted("NPU")));
        assertThat(gpu.losses()).hasSize(10);
        assertThat(npu.losses()).hasSize(5);
        assertThat(gpu.scaleEvents())
                .extracting(ScaleEvent::kind)
                .containsExactly(
                        ScaleEvent.Kind.REDUCED,
                        ScaleEvent.Kind.GREW, // not printed: 8192 before, 16384 after
                        ScaleEvent.Kind.HYSTERESIS,
                        ScaleEvent.Kind.REDUCED);
        assertThat(npu.scaleEvents()).extracting(ScaleEvent::kind).containsExactly(ScaleEvent.Kind.GREW);
        for (RunTrace run : new RunTrace[] {gpu, npu}) {
            assertThat(run.gaps()).isEmpty();
            assertThat(run.evaluations()).hasSize(1);
            assertThat(run.evaluations().getFirst().step()).isEqualTo(3100);
            assertThat(run.evaluations().getFirst().ranks())
                    .hasSize(2)
                    .allSatisfy(rank -> assertThat(rank.classes()).hasSize(10));
        }
    }
}
