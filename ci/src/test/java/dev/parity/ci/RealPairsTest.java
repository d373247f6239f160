package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.statistics.Comparison;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Profile;
import dev.parity.statistics.Verdict;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pairs of real logs that lie beside the checkout, in `../shared/logs`, and faults planted in them. What is right
/// comes
/// from the table at the end of `../shared/design/verdicts.md`.
final class RealPairsTest {
    private static final Path FOLDER = Path.of(System.getProperty("parity.root"), "../shared/logs");
    private static final String SEED = "deepspeed-0.11-cifar10-moe-fp16-%s-wangshuai09-2023-10-31.log";
    private static final String DENSE = "deepspeed-0.11-cifar10-dense-fp16-NPU-4rank-wangshuai09-2023-10-31.log";
    private static final String GOLDEN = "megatron-golden/gpt3_mcore_%s__golden_values_dev_dgx_%s.json";
    private static final String GPT2 = "deepspeed-0.15.1-gpt2-fp16-zero1-4gpu-run%s-2024-09-15.log";
    private static final String FIXSTARS = "megatron-core-r0.8-fixstars-mdk-7B-fp16-%snode.log";
    private static final String RANDOM_LTD = "deepspeed-0.7.3-randomltd-gpt-train_%s_fp16-2022-10.log";

    private static RunTrace read(String name) {
        Path file = FOLDER.resolve(name);
        assumeTrue(Files.exists(file), "no log at " + file.normalize());
        return RunReader.USUAL.read(file);
    }

    private static ParityResult judge(RunTrace reference, RunTrace candidate, Map<String, String> waivers) {
        return new Comparison(List.of(new Pair(reference, candidate)), Profile.STRICT, waivers).judge();
    }

    private static ParityResult judge(RunTrace reference, RunTrace candidate) {
        return judge(reference, candidate, Map.of());
    }

    private static Evidence gate(ParityResult result, String id) {
        return result.evidence().stream()
                .filter(each -> each.gate().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSeedsLogsHaveOtherScalersAndAreNotComparable() {
        ParityResult result = judge(read(SEED.formatted("GPU")), read(SEED.formatted("NPU")));
        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(result.headline()).contains("loss-scaler (zero against unfused)");
    }

    @Test
    void theSeedsLogsShowTooLittleOnceThatIsWaived() {
        ParityResult result = judge(
                read(SEED.formatted("GPU")),
                read(SEED.formatted("NPU")),
                Map.of("loss-scaler", "the wrapper differs by device"));
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.headline()).startsWith("5 common losses are too few to judge");
        assertThat(gate(result, "class-accuracy").sentence()).startsWith("no class differs significantly (Holm)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cp2_pp2_ep2_te_4experts2parallel_nondeterministic", "tp2_pp2_ep2_etp2_te_4experts2parallel"})
    void theGoldensOfTwoDevicesPass(String test) {
        ParityResult result = judge(read(GOLDEN.formatted(test, "a100")), read(GOLDEN.formatted(test, "h100")));
        assertThat(result.verdict()).as(result.headline()).isIn(Verdict.PASS, Verdict.WARN);
    }

    @Test
    void twoRunsOnOneMachinePass() {
        ParityResult result = judge(read(GPT2.formatted("A")), read(GPT2.formatted("B")));
        assertThat(result.verdict()).as(result.headline()).isEqualTo(Verdict.PASS);
        assertThat(gate(result, "scale-events").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void oneAndTwoNodesAgreeUntilTheScalesPart() {
        ParityResult result = judge(read(FIXSTARS.formatted("1")), read(FIXSTARS.formatted("2")));
        assertThat(result.verdict()).as(result.headline()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(gate(result, "pointwise").verdict()).isEqualTo(Verdict.PASS);
        assertThat(gate(result, "pointwise").sentence()).startsWith("before the loss scales part at steps 41-50 ");
    }

    @Test
    void twoImplementationsOfAKernelDoNotPass() {
        ParityResult result =
                judge(read(RANDOM_LTD.formatted("with_kernel")), read(RANDOM_LTD.formatted("my_implementation")));
        assertThat(result.verdict()).as(result.headline()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(result.headline()).startsWith("over the last quarter the data cannot tell: +0.38");
        assertThat(gate(result, "scale-events").verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @ParameterizedTest
    @CsvSource({
        "cp2_pp2_ep2_te_4experts2parallel_nondeterministic, a100, h100",
        "cp2_pp2_ep2_te_4experts2parallel_nondeterministic, h100, a100",
        "tp2_pp2_ep2_etp2_te_4experts2parallel, a100, h100",
        "tp2_pp2_ep2_etp2_te_4experts2parallel, h100, a100"
    })
    void eachFaultInAGoldenIsFound(String test, String reference, String candidate) {
        assertThat(found(read(GOLDEN.formatted(test, reference)), read(GOLDEN.formatted(test, candidate))))
                .containsExactlyInAnyOrderElementsOf(LogFault.OF_LOSSES);
    }

    @ParameterizedTest
    @CsvSource({"A, B", "B, A"})
    void eachFaultInARepeatedRunIsFound(String reference, String candidate) {
        assertThat(found(read(GPT2.formatted(reference)), read(GPT2.formatted(candidate))))
                .containsExactlyInAnyOrderElementsOf(LogFault.OF_LOSSES);
    }

    /// Nine losses, three of them of equal histories, cannot tell a drift from what the scales do.
    @ParameterizedTest
    @CsvSource({"1, 2", "2, 1"})
    void eachFaultButADriftIsFoundInNineLosses(String reference, String candidate) {
        Set<LogFault> expected = EnumSet.copyOf(LogFault.OF_LOSSES);
        expected.remove(LogFault.DRIFT);
        assertThat(found(read(FIXSTARS.formatted(reference)), read(FIXSTARS.formatted(candidate))))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /// Plants each fault of losses in the candidate.
    ///
    /// @return those whose verdict is FAIL
    private static List<LogFault> found(RunTrace reference, RunTrace candidate) {
        assertThat(judge(reference, candidate).verdict()).isNotEqualTo(Verdict.FAIL);
        return LogFault.OF_LOSSES.stream()
                .filter(fault -> judge(reference, fault.in(candidate)).verdict() == Verdict.FAIL)
                .toList();
    }

    @Test
    void swappedClassesAreFound() {
        RunTrace dense = read(DENSE);
        assertThat(judge(dense, dense).verdict()).isNotEqualTo(Verdict.FAIL);
        ParityResult result = judge(dense, LogFault.SWAPPED_CLASSES.in(dense));
        assertThat(result.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(gate(result, "class-swap").sentence()).contains("plane", "cat");
    }
}
