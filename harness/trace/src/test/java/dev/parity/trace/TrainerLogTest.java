package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Made-up logs of Hugging Face's Trainer.
final class TrainerLogTest {
    @TempDir
    private Path folder;

    private RunTrace read(String text) throws IOException {
        return RunReader.USUAL.read(Files.writeString(folder.resolve("run.log"), text));
    }

    @Test
    void theStepIsThatOfTheTrainingsBar() throws IOException {
        RunTrace run = read("""
                  Total optimization steps = 1,000
                 10%|#         | 100/1000 [00:10<01:40, 10.0it/s]
                {'loss': 2.5, 'grad_norm': 1.25, 'learning_rate': 0.0002, 'epoch': 0.1}
                 10%|#         | 100/1000 [00:10<01:40, 10.0it/s]
                 20%|##        | 200/1000 [00:20<01:40, 10.0it/s]{'loss': nan, 'grad_norm': inf, 'learning_rate': 0.0001, 'epoch': 0.2}
                  0%|          | 0/63 [00:00<?, ?it/s]
                100%|##########| 63/63 [00:10<00:00, 10.0it/s]
                {'eval_loss': 0.5, 'eval_runtime': 1.5, 'epoch': 0.2}
                 30%|###       | 300/1000 [00:20<01:40, 10.0it/s]
                {'loss': '1.5', 'grad_norm': '0.75', 'learning_rate': '0.00005', 'epoch': '0.3'}
                {'train_runtime': 100.0, 'train_loss': 2.0, 'epoch': 0.3}
                """);
        assertThat(run.provenance().source()).isEqualTo("hf-trainer-stdout");
        assertThat(run.losses())
                .containsExactly(
                        new Point(Series.LOSS, 0, 100, Point.EVERY_RANK, 2.5, 100, 0.1, "run.log:3"),
                        new Point(Series.LOSS, 0, 200, Point.EVERY_RANK, Double.NaN, 100, 0, "run.log:5"),
                        new Point(Series.LOSS, 0, 300, Point.EVERY_RANK, 1.5, 100, 0.1, "run.log:10"));
        assertThat(run.series(Series.VALIDATION_LOSS))
                .containsExactly(new Point(Series.VALIDATION_LOSS, 0, 200, Point.EVERY_RANK, 0.5, 0, 0.1, "run.log:8"));
        assertThat(run.series(Series.gradientNorm(StepRecord.GLOBAL)))
                .extracting(Point::value)
                .containsExactly(1.25, Double.POSITIVE_INFINITY, 0.75);
        assertThat(run.series(Series.LEARNING_RATE)).extracting(Point::step).containsExactly(100L, 200L, 300L);
        assertThat(run.provenance().comparability()).containsEntry(Provenance.TOTAL_ITERATIONS, "1000");
        assertThat(run.gaps()).isEmpty();
    }

    // as TRL prints them
    @Test
    void aLossMayStandBehindOtherValues() throws IOException {
        RunTrace run = read("{'rewards/chosen': 0.1, 'loss': 2.5, 'grad_norm': 1.25, 'epoch': 0.1}\n");
        assertThat(run.provenance().source()).isEqualTo("hf-trainer-stdout");
        assertThat(run.losses()).extracting(Point::value).containsExactly(2.5);
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void withoutABarTheLossesAreCounted() throws IOException {
        RunTrace run = read("{'loss': 2.5, 'epoch': 0.1}\n{'loss': 2.25, 'epoch': 0.2}\n");
        assertThat(run.losses()).extracting(Point::step).containsExactly(1L, 2L);
        assertThat(run.losses()).extracting(Point::window).containsOnly(0);
        assertThat(run.notes())
                .containsExactly("run.log: no progress bar says the steps of the losses: they are counted 1, 2, 3");
    }

    @Test
    void lossesThatPythonKeptBackHaveNoSureStep() throws IOException {
        RunTrace run = read("""
                 10%|#         | 100/1000 [00:10<01:40, 10.0it/s]
                {'loss': 2.5, 'epoch': 0.1}
                 20%|##        | 200/1000 [00:20<01:40, 10.0it/s]
                {'loss': 2.25, 'epoch': 0.2}
                {'loss': 2.0, 'epoch': 0.3}
                """);
        assertThat(run.losses()).extracting(Point::step).containsExactly(100L, 200L, 300L);
        assertThat(run.gaps()).singleElement().asString().startsWith("1 losses").contains("the first run.log:5");
    }

    @Test
    void aTornBlockIsCounted() throws IOException {
        RunTrace run = read("{'loss': 2.5, 'epoch': 0.1}\n{'loss': 2.2\n{'loss': 2.x, 'epoch': 0.3}\n");
        assertThat(run.losses()).hasSize(1);
        assertThat(run.gaps()).singleElement().asString().startsWith("2 lines").contains("run.log:2: '{'loss': 2.2'");
    }

    @Test
    void theScalersLinesAreReadToo() throws IOException {
        RunTrace run = read("""
                 10%|#         | 100/1000 [00:10<01:40, 10.0it/s]
                {'loss': 2.5, 'learning_rate': 0.0002, 'epoch': 0.1}
                 11%|#         | 101/1000 [00:10<01:40, 10.0it/s][2023-06-07 22:16:00,018] [INFO] [loss_scaler.py:181:update_scale] [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 64, reducing to 32
                [Rank 0] step=102, skipped=1, lr=[0.0002], mom=[(0.9, 0.999)]
                """);
        assertThat(run.scaleEvents())
                .containsExactly(new ScaleEvent(0, 101, false, ScaleEvent.Kind.REDUCED, 64, 32, "run.log:3"));
        assertThat(run.series(Series.SKIPPED_SO_FAR)).extracting(Point::step).containsExactly(102L);
        assertThat(run.series(Series.LEARNING_RATE)).extracting(Point::step).containsExactly(100L);
    }
}
