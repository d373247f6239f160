package dev.parity.statistics;

import static dev.parity.statistics.Judging.numbers;
import static dev.parity.statistics.Judging.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.statistics.gates.FirstStepGate;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class LossGatesTest {
    private static RunTrace log(int losses, DoubleUnaryOperator loss) {
        return Traces.log("run.log", losses, List.of(), loss);
    }

    @Test
    void theLastQuarterIsRoundedUp() {
        // of 41 losses the last 11 count: the 31st is the first of them
        RunTrace reference = log(41, i -> 2);
        RunTrace early = log(41, i -> i == 30 ? 3 : 2);
        RunTrace late = log(41, i -> i == 31 ? 3 : 2);
        assertThat(numbers(only("loss-last-quarter", reference, early))
                        .estimate()
                        .value())
                .isZero();
        assertThat(numbers(only("loss-last-quarter", reference, late))
                        .estimate()
                        .value())
                .isCloseTo(1 / 22.0, Offset.offset(1e-12));
        assertThat(numbers(only("loss-whole", reference, early)).estimate().value())
                .isCloseTo(1 / 82.0, Offset.offset(1e-12));
        assertThat(only("loss-last-quarter", reference, late).origins()).containsExactly("run.log:31 … run.log:41");
    }

    @Test
    void nineteenLossesAreTooFewAndTwentyAreNot() {
        Evidence few = only("loss-whole", log(19, i -> 2), log(19, i -> i % 2 == 0 ? 2.3 : 1.95));
        assertThat(few.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(few.sentence()).startsWith("19 common losses are too few to judge (their means differ by +5.79 %)");
        assertThat(only("loss-whole", log(20, i -> 2), log(20, i -> 2.1)).verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void theSentenceSaysByHowMuch() {
        assertThat(only("loss-whole", log(50, i -> 2), log(50, i -> 2.1)).sentence())
                .isEqualTo("over the whole run the losses differ: +5.000 % [+5.000, +5.000]");
        assertThat(only("loss-last-quarter", log(50, i -> 2), log(50, i -> 2.002))
                        .sentence())
                .isEqualTo("over the last quarter the losses are equivalent, but with a difference to watch: "
                        + "+0.100 % [+0.100, +0.100]");
        assertThat(only("loss-last-quarter", log(50, i -> 2), log(50, i -> 2)).sentence())
                .isEqualTo("over the last quarter the losses are equivalent: +0.000 % [+0.000, +0.000]");
    }

    // 0.5 % of 0.2 is 1e-3, the print quantum: not finer; of 0.19 it is finer
    @Test
    void theMarginMayBeAsFineAsThePrintOnEitherSide() {
        assertThat(only("loss-whole", log(50, i -> 0.2), log(50, i -> 0.2)).verdict())
                .isEqualTo(Verdict.PASS);
        assertThatThrownBy(() -> only("loss-whole", log(50, i -> 0.19), log(50, i -> 0.2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "the loss margin of 0.5 % of 0.19 is finer than the log prints (0.001 at run.log:1): "
                                + "choose a margin of at least 0.53 %");
        assertThatThrownBy(() -> only("loss-whole", log(50, i -> 0.2), log(50, i -> 0.19)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLossThatIsNotFiniteHasNoMean() {
        Evidence found = only("loss-whole", log(50, i -> 2), log(50, i -> i == 9 ? Double.NaN : 2));
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence()).contains("a loss is not finite");
    }

    @Test
    void anEstimateAtTheMarginIsNotDecidedByMoreSteps() {
        RunTrace reference = log(50, i -> 2);
        RunTrace candidate = log(50, i -> 2 * (i % 2 == 0 ? 1.009 : 1.001));
        double estimate =
                numbers(only("loss-whole", reference, candidate)).estimate().value();
        Evidence found = only("loss-whole", Map.of("loss", estimate), reference, candidate);
        assertThat(found.sentence()).endsWith("; about no number would decide");
    }

    /// Makes a run of five steps with loss 1 and two norms, of which the last is skipped or not.
    private static RunTrace steps(double norm, double small, boolean... skipped) {
        return Traces.run(
                1,
                s -> new StepRecord(
                        s.step(),
                        s.epoch(),
                        List.of(1.0),
                        1,
                        s.step() <= skipped.length && skipped[(int) s.step() - 1],
                        0.01,
                        new TreeMap<>(Map.of("fc1", norm, "tiny", small, StepRecord.GLOBAL, 1.0)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
    }

    private static Evidence firstStep(RunTrace reference, RunTrace candidate) {
        return Judging.judge(new FirstStepGate(), List.of(new Pair(reference, candidate)));
    }

    @Test
    void theFirstStepThatBothTakeIsTheFirst() {
        Evidence found = firstStep(steps(0.5, 0, true, true, false), steps(0.6, 0, true, true, false));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.origins()).containsExactly("seed1, step 3");
        assertThat(found.sentence())
                .isEqualTo("already at the first step the gradient of fc1 (backward pass) is off by 20.0 %, "
                        + "though the weights are equal; rounding explains 0.391 %");
        assertThat(firstStep(steps(0.5, 0, true), steps(0.5, 0)).verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(firstStep(steps(0.5, 0), steps(0.5, 0, true)).verdict()).isEqualTo(Verdict.NOT_JUDGED);
    }

    // 4 roundings of FP16 are 0.39 % of a norm; a quarter of one, 0.024 % of the whole, bounds all norms together
    @Test
    void aGapWithinTheMarginIsNamedInPercent() {
        assertThat(firstStep(steps(0.5, 0), steps(0.50003, 0)).sentence())
                .isEqualTo("at the first step the largest gap is 0.006 %, in the gradient of fc1 (backward pass)");
        Evidence pooled = firstStep(steps(0.5, 0), steps(0.5005, 0));
        assertThat(pooled.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(pooled.sentence()).startsWith("already at the first step the distance of all gradient norms");
        assertThat(firstStep(steps(0.5, 0), steps(0.503, 0)).sentence())
                .startsWith("already at the first step the gradient of fc1 (backward pass) is off by 0.600 %");
    }

    // a norm counts as if it were larger by 2^-8 of the whole: 1e-5 of the whole more is 0.26 % of that
    @Test
    void aTinyGradientIsJudgedAgainstTheWhole() {
        assertThat(firstStep(steps(0.5, 0), steps(0.5, 1e-5)).verdict()).isEqualTo(Verdict.PASS);
        assertThat(firstStep(steps(0.5, 0), steps(0.5, 2e-5)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(firstStep(steps(0.5, 2e-5), steps(0.5, 0)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    // 4 roundings of FP16 are 0.39 % of a norm, eight times that are 3.1 %
    @Test
    void aFlippedUnitOfOnePairIsNoFaultAndAGapOfMostPairsIs() {
        RunTrace run = steps(0.5, 0);
        Pair equal = new Pair(run, run);
        Pair flipped = new Pair(run, steps(0.51, 0));
        assertThat(firstStep(run, steps(0.51, 0)).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(firstStep(run, steps(0.51, 0)).sentence()).contains("3 seeds would tell it from a fault");
        assertThat(firstStep(run, steps(0.52, 0)).verdict()).isEqualTo(Verdict.FAIL);
        FirstStepGate gate = new FirstStepGate();
        assertThat(Judging.judge(gate, List.of(equal, flipped, equal)).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(Judging.judge(gate, List.of(flipped, equal, flipped)).verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(Judging.judge(gate, List.of(flipped, equal, flipped, equal)).verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void theTypeSaysHowFarRoundingReaches() {
        assertThat(firstStep(typed("fp32", 0.5), typed("fp32", 0.501)).verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(firstStep(typed("bf16", 0.5), typed("bf16", 0.5005)).verdict())
                .isEqualTo(Verdict.PASS);
    }

    private static RunTrace typed(String dtype, double norm) {
        return Traces.run(
                1,
                Map.of(Provenance.DTYPE, dtype),
                s -> new StepRecord(
                        s.step(),
                        1,
                        List.of(1.0),
                        1,
                        false,
                        0.01,
                        new TreeMap<>(Map.of("fc1", norm, StepRecord.GLOBAL, 1.0)),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                0.6);
    }

    @Test
    void withoutTheFirstStepNothingIsClaimed() {
        RunTrace whole = steps(0.5, 0);
        RunTrace late = new RunTrace(
                "late",
                whole.provenance(),
                whole.steps().subList(1, 400),
                whole.losses().subList(1, 400),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                whole.end());
        assertThat(firstStep(whole, late).verdict()).isEqualTo(Verdict.NOT_JUDGED);
    }
}
