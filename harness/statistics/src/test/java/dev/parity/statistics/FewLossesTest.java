package dev.parity.statistics;

import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Judging.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// What short logs can show, and logs that print no loss.
final class FewLossesTest {
    /// Losses as some print them, which fall and move from line to line.
    private static double loss(double i) {
        return 5 + 4.0 / i + 0.3 * Math.sin(i);
    }

    private static RunTrace log(int losses, DoubleUnaryOperator loss) {
        return Traces.log("run.log", losses, List.of(), loss);
    }

    private static RunTrace log(int losses) {
        return log(losses, FewLossesTest::loss);
    }

    @Test
    void fiveLossesThatAreAllOffFail() {
        Evidence found = gate(judge(log(5), log(5, i -> (1.008 + 0.0002 * i) * loss(i))), "loss-whole");
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence())
                .isEqualTo("each of the 5 losses that are common is off to the same side, by +0.82 % to +0.90 %");
    }

    @Test
    void fiveLossesThatScatterAsFarAsTheyAreOffLeaveItOpen() {
        RunTrace scattered = log(5, i -> (i == 3 ? 1.02 : 1.008) * loss(i));
        assertThat(verdict(judge(log(5), scattered), "loss-whole")).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void fiveEqualLossesShowNoEquivalence() {
        assertThat(verdict(judge(log(5), log(5)), "loss-whole")).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void threeEqualLossesAtTheEndOfNineAreFrozen() {
        RunTrace frozen = log(9, i -> loss(Math.min(i, 7)));
        assertThat(gate(judge(log(9), frozen), "motion").sentence())
                .startsWith("the candidate's loss is frozen: the last 3 values are all ");
        assertThat(verdict(judge(frozen, frozen), "motion")).isNotEqualTo(Verdict.FAIL);
    }

    @Test
    void threeEqualLossesOfALossThatHardlyMovesAreChance() {
        DoubleUnaryOperator slow = i -> 5 + 0.002 * Math.sin(i);
        RunTrace still = log(9, i -> slow.applyAsDouble(Math.min(i, 7)));
        assertThat(verdict(judge(log(9, slow), still), "motion")).isNotEqualTo(Verdict.FAIL);
    }

    @Test
    void aHoleInARegularLogIsALossThatIsAbsent() {
        assertThat(verdict(judge(log(30), without(log(30), 11)), "absent-loss")).isEqualTo(Verdict.FAIL);
        RunTrace irregular = without(without(log(30), 11), 12);
        assertThat(verdict(judge(log(30), irregular), "absent-loss")).isNotEqualTo(Verdict.FAIL);
    }

    private static RunTrace without(RunTrace log, int index) {
        Point hole = log.losses().get(index);
        return with(
                log, log.points().stream().filter(point -> !point.equals(hole)).toList());
    }

    private static RunTrace with(RunTrace log, List<Point> points) {
        return new RunTrace(
                log.name(),
                log.provenance(),
                log.steps(),
                points,
                log.scaleEvents(),
                log.evaluations(),
                log.notes(),
                log.gaps(),
                log.end());
    }

    @Test
    void aLogOfPerplexitiesHasTheirLogarithmsAsLosses() {
        RunTrace log = log(60);
        RunTrace perplexities = with(
                log,
                log.points().stream()
                        .map(point -> new Point(
                                Series.PERPLEXITY,
                                point.epoch(),
                                point.step(),
                                point.rank(),
                                Math.exp(point.value()),
                                point.window(),
                                0,
                                point.origin()))
                        .toList());
        List<Alignment.Points> losses = new Alignment(new Pair(perplexities, log)).losses();
        assertThat(losses)
                .hasSize(60)
                .allSatisfy(points -> assertThat(points.reference().value())
                        .isCloseTo(points.candidate().value(), within(1e-12)));
        assertThat(verdict(judge(perplexities, perplexities), "loss-whole")).isEqualTo(Verdict.PASS);
    }
}
