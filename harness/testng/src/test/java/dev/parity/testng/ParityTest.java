package dev.parity.testng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.checks.Outcome;
import dev.parity.checks.ScenarioCheck;
import dev.parity.testng.ParityCases.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testng.ITestListener;
import org.testng.ITestResult;
import org.testng.TestNG;

@Timeout(300)
final class ParityTest {
    private static final String STEPS = "train.steps=3";
    private static final String ITEMS = "data.trainItems=48";
    private static final String TESTS = "data.testItems=20";

    private static final Path SUMMARY = Path.of("target", "parity", "parity.md");

    @TempDir
    private Path folder;

    /// What [TestNG] runs here; surefire leaves nested classes alone.
    public static final class Samples {
        @org.testng.annotations.Test(
                dataProvider = Parity.CASES,
                dataProviderClass = Parity.class,
                groups = Groups.SMOKE)
        @ParityCases(
                scenarios = "moe-cifar",
                pairs = {@Pair(reference = "cpu", candidate = "cpu"), @Pair(reference = "cpu", candidate = "cuda-model")
                },
                seeds = "4",
                set = {STEPS, ITEMS, TESTS, "margins.firstStep=1e-9"})
        public void strictest(ScenarioCheck check) {
            Parity.assertHolds(check, Outcome.PASSED);
        }

        @org.testng.annotations.Test(
                dataProvider = Parity.CASES,
                dataProviderClass = Parity.class,
                groups = Groups.SMOKE)
        @ParityCases(
                scenarios = "moe-cifar",
                set = {STEPS, ITEMS, TESTS, "study.seeds=1"})
        public void undecided(ScenarioCheck check) {
            Parity.assertHolds(check);
        }

        @org.testng.annotations.Test(
                dataProvider = Parity.CASES,
                dataProviderClass = Parity.class,
                groups = Groups.CUDA)
        @ParityCases(scenarios = "moe-cifar", pairs = @Pair(candidate = "cuda"))
        public void elsewhere(ScenarioCheck check) {
            Parity.assertHolds(check);
        }

        @ParityCases(
                scenarios = {"moe-cifar", "pr-moe"},
                pairs = {@Pair(candidate = "cpu"), @Pair(reference = "cpu")},
                seeds = {"1", "2..3"},
                profile = "one-pair",
                set = STEPS)
        public void many() {}
    }

    private List<ITestResult> run(String group) {
        List<ITestResult> results = new ArrayList<>();
        TestNG testng = new TestNG(false);
        testng.setVerbose(0);
        testng.setTestClasses(new Class<?>[] {Samples.class});
        testng.setGroups(group);
        testng.setOutputDirectory(folder.toString());
        testng.addListener(new ITestListener() {
            @Override
            public void onTestSuccess(ITestResult result) {
                results.add(result);
            }

            @Override
            public void onTestFailure(ITestResult result) {
                results.add(result);
            }

            @Override
            public void onTestSkipped(ITestResult result) {
                results.add(result);
            }
        });
        testng.run();
        return results;
    }

    @Test
    void verdictsBecomeOutcomesAndAreSummedUp() throws IOException {
        List<ITestResult> results = run(Groups.SMOKE);
        assertThat(results.stream().map(ITestResult::getStatus))
                .as("equal, different, too short to decide")
                .containsExactlyInAnyOrder(ITestResult.SUCCESS, ITestResult.FAILURE, ITestResult.SKIP);
        assertThat(thrown(results, ITestResult.FAILURE))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("FAIL: overridden: ")
                .hasMessageContaining("\nfirst-step: FAIL: ")
                .hasMessageContaining("\nagain: ./parity run moe-cifar --set reference.backend=cpu --set"
                        + " candidate.backend=cuda-model --set train.seed=4");
        assertThat(thrown(results, ITestResult.SKIP)).hasMessageStartingWith("INCONCLUSIVE: ");
        assertThat(Files.readAllLines(SUMMARY))
                .hasSize(5)
                .filteredOn(line -> line.contains("Samples.strictest | FAIL | "))
                .singleElement()
                .asString()
                .endsWith("report.html |");
    }

    private static Throwable thrown(List<ITestResult> results, int status) {
        return results.stream()
                .filter(result -> result.getStatus() == status)
                .map(ITestResult::getThrowable)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anAbsentDeviceSkipsWithItsProvidersReason() throws IOException {
        Files.deleteIfExists(SUMMARY);
        ScenarioCheck check = ScenarioCheck.of("moe-cifar", "", "cuda", "", "", List.of());
        assumeTrue(check.missing().isPresent(), "a GPU is here, so nothing is skipped");
        assertThat(run(Groups.CUDA)).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(ITestResult.SKIP);
            assertThat(result.getThrowable()).hasMessage(check.missing().orElseThrow());
        });
        assertThat(SUMMARY).doesNotExist();
    }

    @Test
    void casesAreScenariosTimesPairsTimesSeeds() throws NoSuchMethodException {
        assertThat(Stream.of(Parity.cases(Samples.class.getMethod("many"))).map(row -> row[0].toString()))
                .containsExactly(
                        "moe-cifar candidate.backend=cpu train.seed=1 study.seeds=1 profile=one-pair train.steps=3",
                        "moe-cifar candidate.backend=cpu train.seed=2 study.seeds=2 profile=one-pair train.steps=3",
                        "moe-cifar reference.backend=cpu train.seed=1 study.seeds=1 profile=one-pair train.steps=3",
                        "moe-cifar reference.backend=cpu train.seed=2 study.seeds=2 profile=one-pair train.steps=3",
                        "pr-moe candidate.backend=cpu train.seed=1 study.seeds=1 profile=one-pair train.steps=3",
                        "pr-moe candidate.backend=cpu train.seed=2 study.seeds=2 profile=one-pair train.steps=3",
                        "pr-moe reference.backend=cpu train.seed=1 study.seeds=1 profile=one-pair train.steps=3",
                        "pr-moe reference.backend=cpu train.seed=2 study.seeds=2 profile=one-pair train.steps=3");
        assertThatThrownBy(() -> Parity.cases(Object.class.getMethod("toString")))
                .hasMessageEndingWith("has the data provider 'parity' and no cases: expected @ParityCases");
    }
}
