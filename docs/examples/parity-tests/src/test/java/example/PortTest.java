package example;

import static dev.parity.junit.ParityAssertions.assertParity;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.parity.junit.ParityTest;
import dev.parity.statistics.Evidence;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/// With JUnit: a scenario, and two logs.
final class PortTest {
    private static final Path GPU = Path.of("logs", "gpu.log");
    private static final Path NPU = Path.of("logs", "npu.log");

    /// One test a gate. Ten steps are too few to decide of the losses: those gates are aborted.
    @ParityTest(
            scenario = "moe-cifar",
            reference = "cuda-model",
            candidate = "ascend-model",
            seeds = "1..2",
            set = {"train.steps=10", "data.trainItems=160", "data.testItems=20"})
    void theModelsAgree(Evidence gate) {
        assertFalse(gate.sentence().isEmpty());
    }

    /// On a machine without a GPU: skipped, and the reason says what is missing.
    @ParityTest(
            scenario = "moe-cifar",
            reference = "cuda",
            seeds = "1",
            set = {"train.steps=10", "data.trainItems=160", "data.testItems=20"})
    void theGpuAgreesWithTheModel() {}

    @Test
    void theLogsAgree(TestReporter reporter) {
        assertParity(GPU, NPU)
                .profile("strict")
                .margin("loss", 0.01)
                .require("loss-whole", "drift")
                .attachTo(reporter)
                .holds();
    }

    @TestFactory
    Stream<DynamicTest> eachGateOfTheLogs() {
        return assertParity(GPU, NPU).margin("loss", 0.01).gates();
    }
}
