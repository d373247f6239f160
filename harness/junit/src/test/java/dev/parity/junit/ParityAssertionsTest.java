package dev.parity.junit;

import static dev.parity.junit.ParityAssertions.assertParity;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.checks.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

final class ParityAssertionsTest {
    @TempDir
    private Path folder;

    /// A log as the CIFAR example prints it.
    private Path log(String name, int last, double factor) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= last; step += 100) {
            text.append("[1, %5d] loss: %.3f\n".formatted(step, factor * (1 + Math.exp(-step / 2000.0))));
        }
        return Files.writeString(folder.resolve(name), text + "Finished Training\n");
    }

    private ParityAssert of(Path reference, Path candidate) {
        return assertParity(reference, candidate).reportIn(folder.resolve("report"));
    }

    @Test
    void equalLogsHold() throws IOException {
        Path log = log("gpu.log", 6000, 1);
        assertThatCode(() -> of(log, log)
                        .profile("strict")
                        .require("loss-whole")
                        .inconclusive(Outcome.FAILED)
                        .holds())
                .doesNotThrowAnyException();
    }

    @Test
    void aLossThatIsOffFailsAndTheTextStandsAlone() throws IOException {
        Path gpu = log("gpu.log", 6000, 1);
        Path npu = log("npu.log", 6000, 1.05);
        assertThatThrownBy(() -> of(gpu, npu).margin("loss", 0.02).holds())
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageStartingWith("FAIL: ")
                .hasMessageContaining("\nloss-whole: FAIL: ")
                .hasMessageContaining("margin 2.000 %")
                .hasMessageContaining("report: " + folder.resolve("report/report.html"))
                .hasMessageEndingWith(
                        "again: ./parity compare --profile strict --set margins.loss=0.02 %s -- %s", gpu, npu);
    }

    @Test
    void whatCannotBeDecidedIsAbortedUnlessSaidOtherwise() throws IOException {
        Path log = log("short.log", 500, 1);
        ParityAssert undecided = of(log, log);
        assertThatThrownBy(undecided::holds)
                .isInstanceOf(TestAbortedException.class)
                .hasMessageStartingWith("INCONCLUSIVE: ");
        assertThatThrownBy(undecided.inconclusive(Outcome.FAILED)::holds).isInstanceOf(AssertionFailedError.class);
        assertThatCode(undecided.inconclusive(Outcome.PASSED)::holds).doesNotThrowAnyException();
    }

    @Test
    void eachGateIsATest() throws IOException {
        Path gpu = log("gpu.log", 6000, 1);
        List<DynamicTest> tests = of(gpu, log("npu.log", 6000, 1.05)).gates().toList();
        assertThat(tests.stream().map(DynamicTest::getDisplayName)).contains("comparability", "loss-whole", "lag");
        DynamicTest loss = tests.stream()
                .filter(test -> test.getDisplayName().equals("loss-whole"))
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> loss.getExecutable().execute())
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageStartingWith("loss-whole: FAIL: ");
        assertThatCode(() -> tests.getFirst().getExecutable().execute()).doesNotThrowAnyException();
    }

    @Test
    void foldersOfLogsArePairedAndTheReportIsAttached() throws IOException {
        Files.createDirectories(folder.resolve("gpu"));
        Files.createDirectories(folder.resolve("npu"));
        for (String name : List.of("gpu/1.log", "gpu/2.log", "npu/1.log", "npu/2.log")) {
            log(name, 6000, name.endsWith("1.log") ? 1 : 1.1);
        }
        AtomicReference<Path> attached = new AtomicReference<>();
        TestReporter reporter = new TestReporter() {
            @Override
            public void publishEntry(Map<String, String> entries) {}

            @Override
            public void publishFile(String name, MediaType type, ThrowingConsumer<Path> writer) {
                try {
                    writer.accept(folder.resolve(name));
                } catch (Throwable problem) {
                    throw new AssertionError(problem);
                }
                attached.set(folder.resolve(name));
            }
        };
        of(folder.resolve("gpu"), folder.resolve("npu"))
                .attachTo(reporter)
                .inconclusive(Outcome.FAILED)
                .holds();
        assertThat(attached.get()).hasFileName("report.html").content().contains("npu against gpu");
    }

    @Test
    void aWaiverIsPassedOn() throws IOException {
        Path log = log("gpu.log", 6000, 1);
        of(log, log).waive("dtype", "known").inconclusive(Outcome.FAILED).holds();
        assertThat(Files.readString(folder.resolve("report/report.html"))).contains("--waive dtype");
        assertThatThrownBy(() -> of(log, log).waive("colour", "none")).hasMessageContaining("colour");
        assertThatThrownBy(() -> of(log, log).require("taste")).hasMessageContaining("taste");
    }
}
