package dev.parity.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.trace.Point;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of one JSON object.
final class JsonTreesTest {
    @TempDir
    private Path folder;

    private RunTrace read(String text) throws IOException {
        return RunReader.USUAL.read(Files.writeString(folder.resolve("a.json"), text));
    }

    // Python's json writes NaN and Infinity, which JSON has not
    @Test
    void aTrainersStateMayHoldNan() throws IOException {
        RunTrace run = read("""
                {"log_history": [
                  {"loss": NaN, "grad_norm": Infinity, "learning_rate": 0.0, "step": 10},
                  {"loss": 0.0, "grad_norm": 1.5, "step": 15},
                  {"train_loss": 0.7, "train_runtime": 3.0, "step": 15}],
                 "max_steps": 15}
                """);
        assertThat(run.losses()).extracting(Point::value).containsExactly(Double.NaN, 0.0);
        assertThat(run.losses()).extracting(Point::window).containsExactly(10, 5);
        assertThat(run.series(Series.gradientNorm(StepRecord.GLOBAL)))
                .extracting(Point::value)
                .containsExactly(Double.POSITIVE_INFINITY, 1.5);
        assertThat(run.losses()).extracting(Point::origin).containsExactly("a.json:2", "a.json:3");
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aCutStateKeepsItsRows() throws IOException {
        RunTrace run = read("{\"log_history\": [{\"loss\": 1.5, \"step\": 1},\n{\"loss\": 1.4, \"st");
        assertThat(run.losses()).hasSize(1);
        assertThat(run.gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap).startsWith("a.json:2: found no JSON from here on"));
    }

    @Test
    void aRowWithoutAStepIsCounted() throws IOException {
        RunTrace run = read(
                "{\"log_history\": [{\"loss\": 1.5}, 7, {\"loss\": \"x\", \"step\": 1}, {\"loss\": 1, \"step\": 2}]}");
        assertThat(run.losses()).hasSize(1);
        assertThat(run.gaps())
                .containsExactly(
                        "3 numbers of the log could not be read, the first is a.json:1: found 'loss 1.5', expected a number and its step");
    }

    @Test
    void aGoldenFileMayHoldNanAndMustHoldAllOfItsSteps() throws IOException {
        RunTrace run = read("""
                {"lm loss": {"start_step": 1, "end_step": 5, "step_interval": 2, "values": {"1": 10.5, "3": "nan"}}}
                """);
        assertThat(run.losses()).extracting(Point::value).containsExactly(10.5, Double.NaN);
        assertThat(run.gaps())
                .containsExactly("a.json:1: 'lm loss' has 2 values, expected 3 of the steps from 1 to 5, each 2");
    }

    @Test
    void aGoldenMetricWithoutAnIntervalIsAGap() throws IOException {
        assertThatThrownBy(
                        () -> read(
                                "{\"lm loss\": {\"start_step\": 1, \"end_step\": 5, \"step_interval\": 0, \"values\": [1, 2]}}"))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("a.json:1: 'lm loss' needs whole numbers start_step, end_step and step_interval");
    }

    // mlcommons/logging, rcp_checker/training_5.1.0/rcps_llama31_8b.json has this shape
    @Test
    void aConvergencePointHoldsItsRuns() throws IOException {
        RunTrace run = read("""
                {"llama31_8b_ref_32": {"Benchmark": "llama31_8b", "Creator": "NVIDIA", "Precision": "BF16", "BS": 32,
                  "Hyperparams": {"opt_base_learning_rate": 8e-04},
                  "Epochs to converge": [196608, 172032,
                    184320]}}
                """);
        assertThat(run.series(Series.convergence("llama31_8b_ref_32")))
                .extracting(Point::value)
                .containsExactly(196608.0, 172032.0, 184320.0);
        assertThat(run.points().getLast().origin()).isEqualTo("a.json:4");
        assertThat(run.notes())
                .containsExactly("a.json:1: 'llama31_8b_ref_32' is of 3 runs, Benchmark llama31_8b, BS 32");
    }

    @Test
    void foreignJsonIsRefusedWithWhatItHolds() {
        assertThatThrownBy(() -> read("{\n\"model\": \"gpt\",\n\"layers\": [1, 2]}"))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining(
                        "a.json: found a JSON object with the fields [model, layers], which is no format");
    }
}
