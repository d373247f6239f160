package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.engine.DataSets;
import dev.parity.engine.lockstep.Lockstep;
import dev.parity.engine.lockstep.OpOutputs;
import dev.parity.engine.lockstep.Station;
import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;
import dev.parity.runner.LocalExecutor;
import dev.parity.runner.RunExecutor;
import dev.parity.runner.RunPlan;
import dev.parity.runner.RunSpec;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The main job on the Ascend backend over a fake device, beside the model of a 910B, which is Java and shares no code
/// with the fake. Says how the backend calls the libraries, and nothing of how an NPU rounds.
@DisplayName("fake device, moe-cifar on a 910B")
final class FakeNpuTrainingTest {
    private static final int STEPS = 50;
    private static final String NPU = "ascend";
    private static final String MODEL = "ascend-model:910b";

    private static FakeAscend fake;

    @BeforeEach
    void load(@TempDir Path nodes) throws IOException {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        fake = FakeAscend.load(Layout.CANN_9).reset();
        Files.createFile(nodes.resolve("davinci_manager"));
        System.setProperty("parity.ascend.home", fake.toolkit().toString());
        System.setProperty("parity.ascend.nodes", nodes.toString());
    }

    private static Backend open(BackendProvider provider) {
        return provider.open(2, provider.defaultMode());
    }

    private static Station station(String id) {
        return Station.open(2, laid -> open(laid.apply(Backends.provider(id))));
    }

    /// No Op of this job is among those that differ (two choices of a token, where the model fuses).
    @Test
    void everyOpOfFiftyStepsHasTheBitsOfTheModel() {
        Scenario scenario = Scenarios.load("moe-cifar", List.of());
        Map<String, Long> differing = new TreeMap<>();
        Consumer<OpOutputs> compare = outputs -> differing.merge(
                outputs.op().name(),
                Arrays.equals(outputs.reference().found(), outputs.candidate().found()) ? 0L : 1L,
                Long::sum);
        try (Backend golden = open(Backends.provider("cpu-stored"));
                Station model = station(MODEL);
                Station npu = station(NPU)) {
            new Lockstep(scenario.training(), DataSets.of(scenario.training().data()), golden, model, npu)
                    .run(
                            LongStream.rangeClosed(1, STEPS).boxed().collect(Collectors.toCollection(TreeSet::new)),
                            Optional.empty(),
                            compare,
                            (_, _) -> {});
        }
        assertThat(differing)
                .hasSizeGreaterThan(30)
                .allSatisfy((op, count) -> assertThat(count).as(op).isZero());
    }

    @ParameterizedTest(name = "{0} devices for two ranks")
    @ValueSource(ints = {1, 2})
    void fiftyStepsAreThoseOfTheModel(int devices, @TempDir Path folder) {
        fake.devices(devices);
        Scenario scenario = Scenarios.load("moe-cifar", List.of("train.steps=" + STEPS, "data.testItems=100"));
        List<RunTrace> traces = execute(run(scenario, MODEL, folder), run(scenario, NPU, folder));
        assertThat(traces.getLast().steps())
                .hasSize(STEPS)
                .isEqualTo(traces.getFirst().steps());
        assertThat(traces.getLast().provenance().toString()).contains("Ascend910B3");
        assertThat(fake.live()).isEmpty();
    }

    /// Two convolutions on each of two ranks a step.
    @Test
    void aLostDeviceLeavesATraceUpToTheLastStep(@TempDir Path folder) {
        RunPlan.Run run = run(Scenarios.load("moe-cifar", List.of("train.steps=" + STEPS)), NPU, folder);
        int exception = 507_015;
        fake.fail("aclnnConvolution", 41, exception);
        assertThatThrownBy(() -> execute(run))
                .hasStackTraceContaining("ACL_ERROR_RT_AICORE_EXCEPTION (507015)")
                .hasStackTraceContaining("Conv2d");
        assertThat(TraceReader.read(run.trace()).steps()).hasSize(10);
    }

    private static List<RunTrace> execute(RunPlan.Run... runs) {
        return new LocalExecutor(1)
                .execute(new RunPlan(List.of(runs)), false, RunExecutor.Progress.QUIET).stream()
                        .map(TraceReader::read)
                        .toList();
    }

    private static RunPlan.Run run(Scenario scenario, String backend, Path folder) {
        RunSpec spec = new RunSpec(
                scenario.name(), backend, scenario.training(), new Scenario.Side(backend), Optional.empty(), List.of());
        return new RunPlan.Run(spec, folder.resolve(backend.replace(':', '-') + ".jsonl"));
    }
}
