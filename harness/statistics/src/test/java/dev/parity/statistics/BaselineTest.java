package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class BaselineTest {
    private static final Baseline.Approval APPROVAL =
            new Baseline.Approval("first port", "2026-01-02T03:04:05Z", List.of("a", "b"));
    private static final String GATE = "loss-whole";
    /// What is not about one gate need not ask all of them.
    private static final Profile LOSS = new Profile(
            "loss",
            Profile.STRICT.gates().stream()
                    .filter(gate -> gate.id().equals(GATE))
                    .toList(),
            Profile.STRICT.margins());

    private static UnaryOperator<StepRecord> scaled(double by) {
        return step -> new StepRecord(
                step.step(),
                step.epoch(),
                step.loss().stream().map(loss -> loss * (1 + by)).toList(),
                step.scale(),
                step.skipped(),
                step.lr(),
                step.gradNorm(),
                step.expertCounts(),
                step.dropped(),
                step.replicas(),
                step.routing());
    }

    private static ParityResult off(double by) {
        return off(by, Map.of(), Map.of());
    }

    private static ParityResult off(double by, Map<String, String> keys, Map<String, Double> margins) {
        RunTrace reference = Traces.run(1, keys, step -> step, 0.6);
        RunTrace candidate = Traces.run(1, keys, scaled(by), 0.6);
        return new Comparison(List.of(new Pair(reference, candidate)), LOSS.with(margins), Map.of()).judge();
    }

    /// Repeats whose losses are off by so much each.
    private static Baseline baseline(double... by) {
        return Baseline.of(Arrays.stream(by).mapToObj(BaselineTest::off).toList(), APPROVAL);
    }

    // a loss that is off by x on every step has the mean relative difference x
    @Test
    void theNoiseIsTheSpreadOfEachStatistic() {
        Spread noise = baseline(1e-4, 2e-4, 3e-4).noise().get(GATE);
        assertThat(noise.repeats()).isEqualTo(3);
        assertThat(noise.mean()).isCloseTo(2e-4, within(1e-12));
        assertThat(noise.deviation()).isCloseTo(1e-4, within(1e-12));
    }

    @Test
    void anEqualRunPassesAndARegressionFails() {
        Baseline baseline = baseline(-1e-4, 1e-4, -2e-4, 2e-4, 0);
        ParityResult equal = baseline.judge(off(1.5e-4));
        assertThat(Judging.verdict(equal, Baseline.ID)).isEqualTo(Verdict.PASS);
        assertThat(equal.verdict()).isEqualTo(off(1.5e-4).verdict());
        // within the margin of 0.5 %, yet far from what equal runs have
        ParityResult regression = baseline.judge(off(4e-3));
        assertThat(Judging.verdict(regression, GATE)).isNotEqualTo(Verdict.FAIL);
        assertThat(regression.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(Judging.gate(regression, Baseline.ID).sentence())
                .contains("loss-whole is 0.00400, equal runs have")
                .contains("first port");
    }

    @Test
    void aMarginUnderTheNoiseFloorDecidesNothing() {
        Baseline baseline = baseline(-1e-3, 1e-3, -2e-3, 2e-3, 0);
        ParityResult result = baseline.judge(off(1e-4, Map.of(), Map.of("loss", 3e-3)));
        assertThat(Judging.verdict(result, GATE)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(Judging.gate(result, GATE).sentence()).contains("noise floor");
        assertThat(result.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        ParityResult beyond = baseline.judge(off(2e-2, Map.of(), Map.of("loss", 3e-3)));
        assertThat(Judging.verdict(beyond, GATE)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aBaselineOfAnotherScenarioSaysNothing() {
        ParityResult result = baseline(-1e-4, 1e-4, 0).judge(off(0, Map.of(Provenance.DTYPE, "bf16"), Map.of()));
        assertThat(result.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(Judging.gate(result, Baseline.ID).sentence())
                .isEqualTo("the baseline is of another scenario: dtype (same against bf16)");
    }

    @Test
    void aBaselineIsOfAnySeed() {
        assertThat(baseline(-1e-4, 1e-4, 0).comparability()).doesNotContainKey(Provenance.SEED);
    }

    @Test
    void whatMeasuresNoNoiseIsRefused() {
        assertThatThrownBy(() -> baseline(0, 0, 0)).hasMessageContaining("measure no noise");
        assertThatThrownBy(() -> baseline(0, 1e-4)).hasMessageContaining("at least 3 repeats, found 2");
        Pair other = new Pair(
                Traces.run(1, step -> step), Traces.run(1, Map.of(Provenance.DTYPE, "bf16"), scaled(1e-4), 0.6));
        ParityResult invalid = new Comparison(List.of(other), LOSS, Map.of()).judge();
        assertThatThrownBy(() -> Baseline.of(List.of(off(0), off(1e-4), invalid), APPROVAL))
                .hasMessageContaining("repeat 3: not the same training");
        assertThatThrownBy(() -> new Baseline.Approval(" ", "now", List.of())).hasMessageContaining("needs a reason");
    }

    @Test
    void aNewerBaselineKeepsTheApprovalsOfTheOlder() {
        Baseline older = baseline(-1e-4, 1e-4, 0);
        Baseline newer = baseline(-2e-4, 2e-4, 0);
        assertThat(older.differences(older)).isEmpty();
        assertThat(older.differences(newer)).anyMatch(line -> line.startsWith("loss-whole: 0.00 ± 0.000100 of 3"));
        assertThat(newer.after(older).approvals()).containsExactly(APPROVAL, APPROVAL);
        assertThat(newer.after(older).noise()).isEqualTo(newer.noise());
    }
}
