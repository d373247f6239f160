package dev.parity.statistics;

import static dev.parity.statistics.Judging.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.gates.ScaleEventGate;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.function.LongPredicate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Recorded runs; logs are in [LogsTest].
final class ScaleEventGateTest {
    private static final ScaleEventGate GATE = new ScaleEventGate();

    /// Makes a run that skips some steps.
    private static RunTrace run(LongPredicate skipped, double scale) {
        return Traces.run(
                1,
                s -> new StepRecord(
                        s.step(),
                        s.epoch(),
                        s.loss(),
                        scale,
                        skipped.test(s.step()),
                        s.lr(),
                        s.gradNorm(),
                        s.expertCounts(),
                        s.dropped(),
                        s.replicas(),
                        s.routing()));
    }

    private static Evidence judge(LongPredicate reference, LongPredicate candidate) {
        return Judging.judge(GATE, List.of(new Pair(run(reference, 1024), run(candidate, 1024))));
    }

    @Test
    void theSameHistoryPasses() {
        Evidence found = judge(step -> step % 100 == 0, step -> step % 100 == 0);
        assertThat(found.verdict()).isEqualTo(Verdict.PASS);
        assertThat(found.sentence()).startsWith("the same events at the same steps");
    }

    // R: poisson.test(c(48, 50), c(400, 400), conf.level = 0.9) has its limits well inside [1/2, 2]
    @Test
    void almostAsManyOverflowsPass() {
        Evidence found = judge(step -> step % 8 == 0, step -> step % 8 == 1);
        assertThat(found.verdict()).isEqualTo(Verdict.PASS);
        assertThat(numbers(found).estimate().value()).isCloseTo(1, Offset.offset(1e-12));
        assertThat(numbers(found).estimate().n()).isEqualTo(100);
        assertThat(found.sentence())
                .startsWith("overflows: 50 of 400 steps against 50 of 400, ratio 1.00 [0.7")
                .endsWith(
                        "; within 2 steps of one of the other side: 98 % of the candidate's, 98 % of the reference's; "
                                + "the candidate's alone: step 1 of epoch 1; the reference's alone: step 400 of epoch 1; "
                                + "mean log2 scale 10.00 against 10.00; "
                                + "scales 1024 for 100 % against 1024 for 100 %; the last 1024 against 1024");
    }

    @Test
    void overflowsOnOneSideOnlyFailEitherWay() {
        assertThat(judge(_ -> false, step -> step % 8 == 0).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge(step -> step % 8 == 0, _ -> false).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void fourTimesTheOverflowsFailAndAQuarterToo() {
        assertThat(judge(step -> step % 16 == 0, step -> step % 4 == 1).verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(judge(step -> step % 4 == 0, step -> step % 16 == 1).verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aFewOverflowsMoreCannotTell() {
        assertThat(judge(step -> step % 100 == 0, step -> step % 80 == 1).verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aSignificantDifferenceInsideTheMarginWarns() {
        // 133 against 99 of 400: p = 0.03, ratio 0.74 with limits [0.59, 0.94]
        Evidence found = judge(step -> step % 3 == 0, step -> step <= 396 && step % 4 == 1);
        assertThat(found.verdict()).isEqualTo(Verdict.WARN);
        assertThat(numbers(found).estimate().p()).isLessThan(0.05);
    }

    @Test
    void anotherScaleIsAnotherHistory() {
        LongPredicate skipped = step -> step % 8 == 0;
        Evidence found = Judging.judge(GATE, List.of(new Pair(run(skipped, 1024), run(skipped, 4096))));
        assertThat(found.sentence())
                .contains("; mean log2 scale 10.00 against 12.00; ")
                .endsWith("; scales 1024 for 100 % against 4096 for 100 %; the last 1024 against 4096");
    }

    @Test
    void aShorterRunIsAnotherHistoryAndItsRateCounts() {
        RunTrace whole = run(step -> step % 8 == 0, 1024);
        RunTrace half = new RunTrace(
                "half",
                whole.provenance(),
                whole.steps().subList(0, 200),
                whole.losses().subList(0, 200),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                whole.end());
        Evidence found = Judging.judge(GATE, List.of(new Pair(whole, half)));
        assertThat(found.sentence()).startsWith("overflows: 50 of 400 steps against 25 of 200, ratio 1.00");
    }

    @Test
    void theScalesOfSeveralPairsAreAveraged() {
        LongPredicate skipped = step -> step % 8 == 0;
        Evidence found = Judging.judge(
                GATE,
                List.of(
                        new Pair(run(skipped, 1024), run(skipped, 2048)),
                        new Pair(run(skipped, 4096), run(skipped, 8192))));
        assertThat(found.sentence())
                .contains("; mean log2 scale 11.00 against 12.00; ")
                .endsWith("; scales 1024 for 50 %, 4096 for 50 % against 2048 for 50 %, 8192 for 50 %; "
                        + "the last 1024 or 4096 against 2048 or 8192");
    }

    @Test
    void overflowsFurtherApartThanTwoStepsAreNotTheSame() {
        // of step 10, 20, 30, 40 two are found again, within two steps
        Evidence found = judge(
                step -> step <= 40 && step % 10 == 0, step -> step == 12 || step == 18 || step == 33 || step == 200);
        assertThat(found.sentence())
                .contains(
                        "; within 2 steps of one of the other side: 50 % of the candidate's, 50 % of the reference's; "
                                + "the candidate's alone: step 33 of epoch 1, step 200 of epoch 1; "
                                + "the reference's alone: step 30 of epoch 1, step 40 of epoch 1; ");
    }
}
