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
import dev.parity.runner.RunPlan;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.spi.Backend;
import dev.parity.spi.Backends;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceReader;
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
    void load() {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        fake = FakeAscend.load(Layout.CANN_9).reset();
        System.setProperty("parity.ascend.home", fake.toolkit().toString());
        System.setProperty("parity.ascend.nodes", fake.nodes().toString());
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
        try (Backend golden = MainJob.open(Backends.provider("cpu-stored"));
                Station model = MainJob.station(MODEL);
                Station npu = MainJob.station(NPU)) {
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
        List<RunTrace> traces =
                MainJob.execute(MainJob.run(scenario, MODEL, folder), MainJob.run(scenario, NPU, folder));
        assertThat(traces.getLast().steps())
                .hasSize(STEPS)
                .isEqualTo(traces.getFirst().steps());
        assertThat(traces.getLast().provenance().toString()).contains("Ascend910B3");
        assertThat(fake.live()).isEmpty();
    }

    /// Two convolutions on each of two ranks a step.
    @Test
    void aLostDeviceLeavesATraceUpToTheLastStep(@TempDir Path folder) {
        RunPlan.Run run = MainJob.run(Scenarios.load("moe-cifar", List.of("train.steps=" + STEPS)), NPU, folder);
        int exception = 507_015;
        fake.fail("aclnnConvolution", 41, exception);
        assertThatThrownBy(() -> MainJob.execute(run))
                .hasStackTraceContaining("ACL_ERROR_RT_AICORE_EXCEPTION (507015)")
                .hasStackTraceContaining("Conv2d");
        assertThat(TraceReader.read(run.trace()).steps()).hasSize(10);
    }
}
