package dev.parity.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CSV, JSON Lines and MLflow's files.
final class TablesTest {
    private static final String GLOBAL = Series.gradientNorm(StepRecord.GLOBAL);

    @TempDir
    private Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private RunTrace read(String name, String text) throws IOException {
        return RunReader.USUAL.read(write(name, text));
    }

    private static RunReader mapped(Map<String, String> columns) {
        return new RunReader(Optional.empty(), new ColumnMap(columns));
    }

    @Test
    void aStepsLossStandsBeforeAnEpochs() throws IOException {
        RunTrace run = read("metrics.csv", """
                epoch,lr-AdamW,step,train_loss_epoch,train_loss_step
                0,0.001,49,,0.75
                0,,49,0.8,
                """);
        assertThat(run.losses()).containsExactly(Point.loss(0, 49, 0.75, 0, 0.01, "metrics.csv:2"));
        assertThat(run.series(Series.LEARNING_RATE)).extracting(Point::value).containsExactly(0.001);
        assertThat(run.notes()).anySatisfy(note -> assertThat(note).contains("not read: [train_loss_epoch]"));
    }

    @Test
    void theFinestNumberOfAColumnSaysHowFineAllAre() throws IOException {
        RunTrace run = read("a.csv", "step,loss\n1,2.5\n2,2.4375\n3,2\n");
        assertThat(run.losses()).extracting(Point::quantum).containsOnly(1e-4);
    }

    @Test
    void anExportOfWeightsAndBiasesNamesItsRun() throws IOException {
        RunTrace run = read("wandb.csv", """
                "Step","fine-sun-3 - train/loss","fine-sun-3 - train/loss__MIN","fine-sun-3 - train/loss__MAX"
                "10","1.25","1.25","1.25"
                "20","NaN","",""
                """);
        assertThat(run.losses()).extracting(Point::value).containsExactly(1.25, Double.NaN);
        assertThat(run.losses()).extracting(Point::step).containsExactly(10L, 20L);
    }

    @Test
    void ofTwoRunsInATableAPersonChooses() throws IOException {
        Path file = write("wandb.csv", "Step,a - train/loss,b - train/loss\n1,2,3\n");
        assertThatThrownBy(() -> RunReader.USUAL.read(file))
                .hasMessageContaining("wandb.csv:1: the columns 'a - train/loss' and 'b - train/loss' could both be");
        assertThat(mapped(Map.of("loss", "b - train/loss")).read(file).losses())
                .extracting(Point::value)
                .containsExactly(3.0);
    }

    @Test
    void theOptimizersStepStandsBeforeTheLoggers() throws IOException {
        RunTrace run = read("history.jsonl", """
                {"_step": 0, "_runtime": 1.5, "system/gpu": 40}
                {"_step": 7, "trainer/global_step": 100, "train": {"loss": 0.5}, "_runtime": 2}
                {"_step": 8, "trainer/global_step": 200, "train": {"loss": "Infinity"}}
                """);
        assertThat(run.losses())
                .containsExactly(
                        Point.loss(0, 100, 0.5, 0, 0.1, "history.jsonl:2"),
                        Point.loss(0, 200, Double.POSITIVE_INFINITY, 0, 0, "history.jsonl:3"));
        Path mapped = write("mapped.jsonl", """
                {"_step": 0, "gpu": 40}
                {"_step": 7, "trainer/global_step": 100, "pg": 0.5, "lr": 2}
                """);
        assertThat(mapped(Map.of("loss", "pg", "gradNorm", "lr")).read(mapped).points())
                .extracting(Point::series, Point::step)
                .containsExactlyInAnyOrder(tuple(Series.LOSS, 100L), tuple(GLOBAL, 100L));
    }

    // rows as LLaMA-Factory writes them, with the last, which has no loss
    @Test
    void aTrainersLogKnowsItsLength() throws IOException {
        RunTrace run = read("trainer_log.jsonl", """
                {"current_steps": 5, "total_steps": 93, "loss": 5.7013, "lr": 1.0000000000000002e-06, "epoch": 0.16, "percentage": 5.38, "elapsed_time": "0:02:03"}
                {"current_steps": 10, "total_steps": 93, "loss": 4.169, "lr": 2.25e-06, "epoch": 0.32, "percentage": 10.75, "elapsed_time": "0:04:02"}
                {"current_steps": 93, "total_steps": 93, "epoch": 3.0, "percentage": 100.0}
                """);
        assertThat(run.losses()).extracting(Point::step).containsExactly(5L, 10L);
        assertThat(run.losses()).extracting(Point::quantum).containsOnly(1e-4);
        assertThat(run.provenance().comparability()).containsEntry(Provenance.TOTAL_ITERATIONS, "93");
        assertThat(run.provenance().context())
                .containsEntry(Provenance.ORIGIN_OF + Provenance.TOTAL_ITERATIONS, "trainer_log.jsonl:1");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void mlflowsFilesMakeUpARun() throws IOException {
        write("train_loss", "1700000000000 0.5 1\n1700000001000 0.25 2\n");
        write("lr", "1700000000000 0.001 1\n");
        write("accuracy", "1700000000000 0.9 1\n");
        RunTrace run = RunReader.USUAL.read(folder);
        assertThat(run.provenance().source()).isEqualTo("mlflow");
        assertThat(run.losses()).extracting(Point::origin).containsExactly("train_loss:1", "train_loss:2");
        assertThat(run.series(Series.LEARNING_RATE)).hasSize(1);
    }

    @Test
    void mlflowsTableHasANumberARow() throws IOException {
        RunTrace run = read("metrics.csv", """
                key,value,step,timestamp
                train_loss,0.5,1,1700000000000
                grad_norm,2.5,1,1700000000000
                train_loss,0.25,2,1700000001000
                cpu,3,2,1700000001000
                step,4,2,1700000001000
                """);
        assertThat(run.losses()).extracting(Point::value).containsExactly(0.5, 0.25);
        assertThat(run.series(GLOBAL)).extracting(Point::origin).containsExactly("metrics.csv:3");
    }

    @Test
    void columnsOfAnyNameAreMapped() throws IOException {
        Path file = write("own.csv", "it;L;g\n1;0,5;1\n2;0.25;3\n");
        assertThatThrownBy(() -> RunReader.USUAL.read(file))
                .hasMessageContaining("own.csv: found the columns [it, L, g], expected a step and a loss");
        RunTrace run =
                mapped(Map.of("step", "it", "loss", "L", "gradNorm", "g")).read(file);
        assertThat(run.losses()).extracting(Point::value).containsExactly(0.25);
        assertThat(run.series(GLOBAL)).extracting(Point::value).containsExactly(1.0, 3.0);
        assertThat(run.gaps())
                .containsExactly(
                        "1 cells could not be read, the first is own.csv:2: found '0,5', expected a number in column 'L'");
    }

    @Test
    void aMappedColumnMustBeThere() throws IOException {
        Path csv = write("a.csv", "step,loss\n1,2\n");
        RunReader forced = new RunReader(Optional.of("csv"), new ColumnMap(Map.of("gradNorm", "norm")));
        assertThatThrownBy(() -> forced.read(csv))
                .hasMessageContaining("a.csv: found no column [norm], there are [step, loss]");
        Path jsonl = write("a.jsonl", "{\"step\": 1, \"loss\": 2}\n");
        RunReader lines = new RunReader(Optional.of("jsonl"), new ColumnMap(Map.of("gradNorm", "norm")));
        assertThatThrownBy(() -> lines.read(jsonl))
                .hasMessageContaining("found no column [norm], there are [step, loss]");
    }

    @Test
    void aNameThatIsNoSeriesIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> new ColumnMap(Map.of("gradient", "g")))
                .hasMessageContaining("there is no series 'gradient' to map a column to")
                .hasMessageContaining("gradNorm")
                .hasMessageContaining("loss-scale");
    }

    @Test
    void aMappedEpochMeansThatStepsBeginAgainInIt() throws IOException {
        Path file = write("e.csv", "epoch,step,loss\n1,1,5\n1,2,4\n2,1,3\n");
        assertThat(mapped(Map.of("epoch", "epoch")).read(file).losses())
                .extracting(Point::epoch)
                .containsExactly(1, 1, 2);
        RunTrace global = RunReader.USUAL.read(file);
        assertThat(global.losses()).extracting(Point::value).containsExactly(3.0);
        assertThat(global.gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap).startsWith("e.csv:4: steps of loss are written again from here on"));
    }

    @Test
    void whatIsTornIsCounted() throws IOException {
        RunTrace run = read("a.csv", "step,loss\n1,2\n2,x\nstep,loss\n3\n4,1\n");
        assertThat(run.losses()).extracting(Point::step).containsExactly(1L, 4L);
        assertThat(run.gaps())
                .containsExactlyInAnyOrder(
                        "1 rows could not be read, the first is a.csv:5: found '3', expected 2 cells",
                        "1 cells could not be read, the first is a.csv:3: found 'x', expected a number in column 'loss'");
        RunTrace lines = read("a.jsonl", "{\"step\":1,\"loss\":2}\n{\"step\":2,\"lo");
        assertThat(lines.gaps())
                .containsExactly(
                        "1 lines could not be read, the first is a.jsonl:2: found '{\"step\":2,\"lo', expected a JSON object");
    }

    @Test
    void aCellInQuotesMayHoldAnything() throws IOException {
        RunTrace run = read("a.csv", "step,note,loss\n1,\"a, \"\"b\"\"\nand c\",2\n2,,1\n");
        assertThat(run.losses()).extracting(Point::origin).containsExactly("a.csv:2", "a.csv:4");
    }

    @Test
    void aRunsOwnStepsMayBeEpochs() throws IOException {
        RunTrace run = read("keras.csv", "epoch,loss,val_loss\n0,2,3\n1,1,2\n");
        assertThat(run.losses()).extracting(Point::step).containsExactly(0L, 1L);
        assertThat(run.notes()).anySatisfy(note -> assertThat(note).contains("epochs count as steps"));
    }

    // header of msprobe's own test of its training monitor: vpp_stage,name,step,norm,min,max,mean,nans,shape,dtype
    @Test
    void msprobesNormsAreThoseOfTheirParameters() throws IOException {
        String header = "vpp_stage,name,step,norm,min,max,mean,nans,shape,dtype\n";
        write("grad_reduced_10-10.csv", header + "0,module.layers.0.weight,10,0.5,0,0,0,0,[],torch.float32\n");
        write("grad_reduced_9-9.csv", header + "0,module.layers.0.weight,9,0.25,0,0,0,0,[],torch.float32\n");
        write("grad_unreduced_9-9.csv", header + "0,module.layers.0.weight,9,7,0,0,0,0,[],torch.float32\n");
        RunTrace run = RunReader.USUAL.read(folder);
        assertThat(run.provenance().source()).isEqualTo("msprobe-monitor");
        assertThat(run.series(Series.gradientNorm("module.layers.0.weight")))
                .extracting(Point::value)
                .containsExactly(0.25, 0.5);
        assertThat(run.gaps()).isEmpty();
    }
}
