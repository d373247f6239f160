package dev.parity.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.runner.Judge;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Profile;
import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChecksTest {
    private static final List<String> TINY = List.of("train.steps=20", "data.trainItems=320", "data.testItems=20");

    @TempDir
    private Path folder;

    @Test
    void aFailingGatesTextStandsAlone() {
        ScenarioCheck check = ScenarioCheck.of("moe-cifar", "", "", "1", "", TINY)
                .withFault("weight-gradient-scale=0.3")
                .requiring(Set.of("first-step"));
        Checked checked = check.run(folder);
        assertThat(checked.result().verdict()).isEqualTo(Verdict.FAIL);
        Evidence gate = checked.result().evidence().stream()
                .filter(each -> each.gate().equals("first-step"))
                .findFirst()
                .orElseThrow();
        assertThat(checked.text(gate))
                .startsWith("first-step: FAIL: ")
                .contains("margin 0.3906 %") // 4 roundings of FP16, 2^-10 each
                .contains("report: " + folder.resolve("report.html"))
                .endsWith("again: ./parity run moe-cifar --set train.seed=1 --set study.seeds=1 --set train.steps=20"
                        + " --set data.trainItems=320 --set data.testItems=20 --fault weight-gradient-scale=0.3"
                        + " --require first-step");
        assertThat(checked.text())
                .startsWith("FAIL: fault planted: weight-gradient-scale=0.3")
                .contains("\nfirst-step: FAIL: ");
        assertThat(checked.report()).isNotEmptyFile();
    }

    @Test
    void logsAreJudgedByAChangedProfile() throws IOException {
        Path log = Files.writeString(folder.resolve("g p.log"), "[1,   100] loss: 2.300\n[1,   200] loss: 2.200\n");
        Judge judge = new Judge(
                Profile.named("one-pair").with(Map.of("loss", 0.02)),
                Map.of("dtype", "it's known"),
                Set.of(),
                Optional.empty());
        RunsCheck check = new RunsCheck(List.of(log.toString()), List.of(log.toString()), judge);
        assertThat(check.run(folder.resolve("report")).result().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(check.title()).isEqualTo("g p.log against g p.log");
        assertThat(check.command())
                .isEqualTo(
                        "./parity compare --profile one-pair --set margins.loss=0.02 --waive 'dtype=it'\\''s known'"
                                + " '%s' -- '%s'",
                        log, log);
    }

    @Test
    void aDeviceThatIsNotHereIsMissing() {
        assertThat(ScenarioCheck.of("moe-cifar", "cuda-model", "cpu", "", "", TINY)
                        .missing())
                .isEmpty();
        assertThatThrownBy(() ->
                        ScenarioCheck.of("moe-cifar", "", "npu", "", "", TINY).missing())
                .hasMessageStartingWith("there is no backend 'npu', there are [");
    }

    @Test
    void aSideWithoutRunsIsRefused() {
        Judge judge = new Judge(Profile.STRICT, Map.of(), Set.of(), Optional.empty());
        assertThatThrownBy(() -> new RunsCheck(List.of("a"), List.of(), judge))
                .hasMessage("expected at least one trace, log or folder a side, found reference [a] and candidate []");
    }

    @Test
    void whatIsNotJudgedIsNeverAPass() {
        assertThat(List.of(Verdict.values()).stream()
                        .filter(each -> Outcome.of(each, Outcome.ABORTED) == Outcome.PASSED))
                .containsExactly(Verdict.PASS, Verdict.WARN);
        assertThat(Outcome.of(Verdict.INCONCLUSIVE, Outcome.PASSED)).isEqualTo(Outcome.PASSED);
        assertThat(Outcome.of(Verdict.INVALID, Outcome.PASSED)).isEqualTo(Outcome.FAILED);
    }
}
