package dev.parity.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.parity.checks.Checked;
import dev.parity.checks.Outcome;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Profile;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.OutputDirectoryCreator;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

@Timeout(300)
final class ParityTestTest {
    @TempDir
    private Path attached;

    private static final String STEPS = "train.steps=3";
    private static final String ITEMS = "data.trainItems=48";
    private static final String TESTS = "data.testItems=20";

    /// What [EngineTestKit] runs; surefire leaves nested classes alone.
    static final class Samples {
        static final List<String> PASSED = new ArrayList<>();

        @ParityTest(
                scenario = "moe-cifar",
                seeds = "5",
                set = {STEPS, ITEMS, TESTS})
        void undecided(Evidence gate, Checked whole) {
            assertThat(whole.result().evidence()).contains(gate);
            assertThat(whole.result().pairs())
                    .singleElement()
                    .satisfies(pair -> assertThat(pair.reference().provenance().comparability())
                            .containsEntry("seed", "5"));
            PASSED.add(gate.gate());
        }

        @ParityTest(
                scenario = "moe-cifar",
                reference = "cpu",
                candidate = "cuda-model",
                seeds = "1",
                set = {STEPS, ITEMS, TESTS, "margins.firstStep=1e-9"},
                inconclusive = Outcome.FAILED)
        void strictest() {}

        @ParityTest(scenario = "moe-cifar", candidate = "absent")
        void elsewhere() {}

        @ParityTest(scenario = "moe-cifar", seeds = "many")
        void wrong() {}
    }

    private final OutputDirectoryCreator outputs = new OutputDirectoryCreator() {
        @Override
        public Path getRootDirectory() {
            return attached;
        }

        @Override
        public Path createOutputDirectory(TestDescriptor test) {
            return attached;
        }
    };

    private EngineExecutionResults run(String name) {
        Method method = Stream.of(Samples.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(Samples.class, method))
                .outputDirectoryCreator(outputs)
                .execute();
    }

    private static Map<String, TestExecutionResult> results(EngineExecutionResults run) {
        Map<String, TestExecutionResult> results = new TreeMap<>();
        run.testEvents().finished().stream()
                .forEach(event -> results.put(
                        event.getTestDescriptor().getDisplayName(),
                        event.getRequiredPayload(TestExecutionResult.class)));
        return results;
    }

    @Test
    void eachGateIsATest() {
        EngineExecutionResults run = run("undecided");
        Map<String, TestExecutionResult> results = results(run);
        assertThat(results.keySet()).containsAll(Profile.STRICT.ids()).contains("sufficiency");
        assertThat(results.get("first-step").getStatus()).isEqualTo(TestExecutionResult.Status.SUCCESSFUL);
        assertThat(results.get("sufficiency").getStatus()).isEqualTo(TestExecutionResult.Status.ABORTED);
        assertThat(results.get("sufficiency").getThrowable())
                .get()
                .isInstanceOf(TestAbortedException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("sufficiency: INCONCLUSIVE: ");
        run.testEvents().assertStatistics(events -> events.failed(0));
        assertThat(Samples.PASSED).contains("first-step").doesNotContain("sufficiency");
        assertThat(Samples.PASSED).hasSize((int) run.testEvents().succeeded().count());
    }

    @Test
    void theReportIsAttached() {
        EngineExecutionResults run = run("strictest");
        assertThat(run.allEvents().fileEntryPublished().stream()
                        .map(event -> event.getRequiredPayload(FileEntry.class)))
                .singleElement()
                .satisfies(file -> {
                    assertThat(file.getPath()).hasFileName("report.html").isNotEmptyFile();
                    assertThat(file.getMediaType()).hasValue("text/html; charset=UTF-8");
                });
        Map<String, TestExecutionResult> results = results(run);
        assertThat(results.get("first-step").getThrowable())
                .get()
                .isInstanceOf(AssertionFailedError.class)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("first-step: FAIL: ")
                .contains("margin 9.766e-11 %") // 1e-9 roundings of FP16, 2^-10 each
                .contains("again: ./parity run moe-cifar --set reference.backend=cpu --set candidate.backend=cuda-model"
                        + " --set train.seed=1 --set study.seeds=1 --set " + STEPS);
        assertThat(results.get("sufficiency").getStatus()).isEqualTo(TestExecutionResult.Status.FAILED);
    }

    @Test
    void anAbsentDeviceSkipsWithItsProvidersReason() {
        EngineExecutionResults run = run("elsewhere");
        assertThat(run.allEvents().skipped().stream().map(ParityTestTest::reason))
                .containsExactly("backend absent is not available: " + AbsentDevice.REASON);
        assertThat(run.testEvents().started().count()).isZero();
    }

    private static String reason(Event event) {
        return event.getRequiredPayload(String.class);
    }

    @Test
    void whatIsWrittenWronglyFails() {
        assertThat(run("wrong").containerEvents().failed().stream()
                        .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                                .getThrowable()
                                .orElseThrow()))
                .singleElement()
                .satisfies(problem -> assertThat(problem).rootCause().isInstanceOf(NumberFormatException.class))
                .satisfies(problem ->
                        assertThat(problem).hasStackTraceContaining("seeds: expected N or FROM..TO, found 'many'"));
    }

    @Test
    void theTestsRunOnTheVersionThatTheyName() {
        String version = System.getProperty("parity.junit");
        assertThat(Test.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .endsWith("/junit-jupiter-api-%s.jar".formatted(version));
    }
}
