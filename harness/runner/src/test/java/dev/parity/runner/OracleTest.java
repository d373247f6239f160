package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds ten steps of the exact golden against an independent implementation: NumPy in float64 with an
/// autograd of its own, written from DeepSpeed's semantics by somebody who had not read the engine.
final class OracleTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "parallel.epSize=2, 2.415382631 2.414698757 2.414649353 2.414441494 2.403528954 2.389509298 2.395984277 2.427223564"
                + " 2.392268867 2.384031558",
        "model.experts=[] parallel.world=4 parallel.epSize=1 train.microBatch=4, 2.319937606 2.284889529 2.287879768"
                + " 2.293316039 2.292531362 2.314408324 2.304699989 2.328061551 2.301240785 2.289556457"
    })
    void tenStepsAgreeWithNumPy(String overrides, String losses) {
        List<String> all = new ArrayList<>(
                List.of("precision.dtype=fp32", "train.steps=10", "data.trainItems=160", "data.testItems=40"));
        all.add("model.mlpType=standard");
        all.addAll(List.of(overrides.split(" ", -1)));
        Scenario scenario = Scenarios.load("moe-cifar", all);
        Path trace = folder.resolve("t.jsonl");
        RunSpec spec = new RunSpec(
                "test", "oracle", scenario.training(), new Scenario.Side("cpu-fp64"), Optional.empty(), List.of());
        new Recorder(spec, OracleImages.make(160, 40), Duration.ofSeconds(5), System::nanoTime)
                .record(trace, false, (_, _, _) -> {});
        RunTrace run = TraceReader.read(trace);
        String[] expected = losses.split(" ", -1);
        for (StepRecord step : run.steps()) {
            // the oracle keeps all constants in float64, the engine some in FP32: 1e-8
            assertThat(step.meanLoss())
                    .as("step %d", step.step())
                    .isCloseTo(Double.parseDouble(expected[(int) step.step() - 1]), Percentage.withPercentage(1e-6));
        }
    }
}
