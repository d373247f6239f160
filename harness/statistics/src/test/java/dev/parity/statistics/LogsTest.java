package dev.parity.statistics;

import static dev.parity.statistics.Judging.gate;
import static dev.parity.statistics.Judging.judge;
import static dev.parity.statistics.Judging.numbers;
import static dev.parity.statistics.Judging.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two logs, of which one lacks or adds something.
final class LogsTest {
    private static final RunTrace LOG = log(60, Traces.overflows(20, 2));

    private static RunTrace log(int losses, List<ScaleEvent> events) {
        return Traces.log("run.log", losses, events, i -> 1 + 1.0 / i);
    }

    private static RunTrace with(RunTrace run, List<Point> losses, List<Evaluation> evaluations, List<String> gaps) {
        return new RunTrace(
                run.name(),
                run.provenance(),
                List.of(),
                losses,
                run.scaleEvents(),
                evaluations,
                List.of(),
                gaps,
                Optional.empty());
    }

    private static Evaluation evaluation(Evaluation.Score... ranks) {
        List<Evaluation.Rank> all = new ArrayList<>();
        for (Evaluation.Score score : ranks) {
            all.add(new Evaluation.Rank(
                    all.size(),
                    score,
                    List.of(new Evaluation.ClassScore("cat", new Evaluation.Score(50, 1, 5000))),
                    List.of(),
                    null));
        }
        return new Evaluation(0, "", List.of(), all);
    }

    @Test
    void equalLogsPass() {
        ParityResult result = judge(LOG, LOG);
        assertThat(result.verdict()).isEqualTo(Verdict.PASS);
        assertThat(gate(result, "length").sentence()).isEqualTo("both logs print their losses at the same steps");
        assertThat(gate(result, "scale-events").sentence())
                .startsWith("the same events between the same losses: reference 20 reduced, 0 used hysteresis, 0 grew");
    }

    @Test
    void halfTheLossesAreNotTheRun() {
        List<Point> half =
                LOG.losses().stream().filter(point -> point.step() % 200 == 0).toList();
        Evidence found = gate(judge(LOG, with(LOG, half, List.of(), List.of())), "length");
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence())
                .contains("the reference has 60 losses, the candidate 30, and 30 stand on one side only, "
                        + "the first at step 100 of epoch 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {59, 61})
    void aLogThatStopsEarlierOrLaterIsNotTheRun(int losses) {
        assertThat(judge(LOG, log(losses, LOG.scaleEvents())).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aLossWithoutEpochIsPlacedByItsStep() {
        List<Point> moved = new ArrayList<>(LOG.losses());
        moved.set(0, Point.loss(0, 7, 2, 0, 1e-3, "run.log:1"));
        assertThat(gate(judge(LOG, with(LOG, moved, List.of(), List.of())), "length")
                        .sentence())
                .contains("2 stand on one side only, the first at step 7;");
    }

    @Test
    void aLogWithLinesThatCannotBeReadIsNotWhole() {
        RunTrace torn = with(LOG, LOG.losses(), List.of(), List.of("run.log: 30 lines could not be read"));
        assertThat(judge(LOG, torn).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge(LOG, torn).headline()).contains("30 lines could not be read");
    }

    @Test
    void aLossThatIsNanFails() {
        List<Point> broken = new ArrayList<>(LOG.losses());
        broken.set(3, Point.loss(1, 400, Double.NaN, 100, 0, "run.log:4"));
        Evidence found = gate(judge(LOG, with(LOG, broken, List.of(), List.of())), "non-finite");
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence())
                .isEqualTo("the candidate has 1 NaN, 0 +Inf, 0 -Inf, the reference 0 NaN, 0 +Inf, 0 -Inf; "
                        + "the first is run.log:4 (the loss)");
    }

    @Test
    void aLossTwiceIsAContradiction() {
        List<Point> twice = new ArrayList<>(LOG.losses());
        twice.add(LOG.losses().getFirst());
        assertThat(verdict(judge(LOG, with(LOG, twice, List.of(), List.of())), "consistency"))
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void evaluationsAndRanksThatOneLogLacksAreNamed() {
        RunTrace both = with(
                LOG,
                LOG.losses(),
                List.of(evaluation(new Evaluation.Score(46, 1, 10000), new Evaluation.Score(45, 1, 10000))),
                List.of());
        RunTrace one = with(LOG, LOG.losses(), List.of(evaluation(new Evaluation.Score(46, 1, 10000))), List.of());
        RunTrace open = with(
                LOG,
                LOG.losses(),
                List.of(evaluation(new Evaluation.Score(46, 1, 10000), new Evaluation.Score(Double.NaN, 0, 0))),
                List.of());
        assertThat(gate(judge(both, LOG), "completeness").sentence()).contains("evaluations (1 against 0)");
        assertThat(gate(judge(both, one), "completeness").sentence()).contains("ranks of evaluation 1 (2 against 1)");
        assertThat(gate(judge(both, open), "completeness").sentence())
                .contains("overall accuracy of evaluation 1 on rank 1 (true against false)");
        assertThat(verdict(judge(both, open), "non-finite")).isEqualTo(Verdict.PASS);
    }

    @Test
    void scaleEventsOfOneLogOnlyAreNamed() {
        RunTrace none = log(60, List.of());
        Map<String, String> waived = Map.of(Comparability.UNKNOWN, "no line of a scaler");
        assertThat(gate(judge(LOG, none, waived), "completeness").sentence())
                .contains("scale events (true against false)");
        assertThat(judge(LOG, none, waived).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    // 20 against 40 over equal spans: 40 of 60 is a ratio of 2 with Clopper-Pearson limits well on both
    // sides of it
    @Test
    void twiceTheOverflowsDoNotPass() {
        Evidence found = gate(judge(LOG, log(60, Traces.overflows(40, 1))), "scale-events");
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence()).startsWith("overflows: 20 against 40 over the same losses, ratio 2.00 [1.");
        assertThat(numbers(found).estimate().p()).isLessThan(0.05);
    }

    @Test
    void fiveTimesTheOverflowsFailAndAsManyElsewherePass() {
        assertThat(verdict(judge(log(60, Traces.overflows(10, 2)), log(60, Traces.overflows(50, 1))), "scale-events"))
                .isEqualTo(Verdict.FAIL);
        RunTrace other = log(60, Traces.overflows(25, 1));
        RunTrace elsewhere = log(60, Traces.overflows(25, 2));
        assertThat(verdict(judge(other, elsewhere), "scale-events")).isEqualTo(Verdict.PASS);
    }

    @Test
    void overOtherStepsTheCountsCanOnlyShowADifference() {
        Evidence few = gate(judge(LOG, log(40, Traces.overflows(18, 2))), "scale-events");
        assertThat(few.verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(few.sentence())
                .isEqualTo("the two logs do not cover the same steps: reference 20 reduced, 0 used hysteresis, "
                        + "0 grew, candidate 18 reduced, 0 used hysteresis, 0 grew");
        Evidence many = gate(judge(LOG, log(50, Traces.overflows(45, 1))), "scale-events");
        assertThat(many.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(many.sentence()).contains("which chance seldom gives (p = 0.00");
    }

    @Test
    void logsWithoutEventsSayNothingOfTheScaler() {
        RunTrace none = log(60, List.of());
        assertThat(verdict(judge(none, none), "scale-events")).isEqualTo(Verdict.NOT_JUDGED);
    }

    @Test
    void hysteresisCountsAsAnOverflow() {
        List<ScaleEvent> kept = Traces.overflows(20, 2).stream()
                .map(e -> new ScaleEvent(1, e.step(), false, ScaleEvent.Kind.HYSTERESIS, 8192, 8192, null))
                .toList();
        assertThat(gate(judge(LOG, log(60, kept)), "scale-events").sentence())
                .startsWith("overflows: 20 against 20 over the same losses");
    }

    @Test
    void aLogAgainstARecordedRunIsNotWhole() {
        RunTrace recorded = Traces.run(1, run -> run);
        RunTrace log = new RunTrace(
                LOG.name(),
                Provenance.of("deepspeed", recorded.provenance().comparability(), Map.of(), Map.of()),
                List.of(),
                LOG.losses(),
                List.of(),
                recorded.evaluations(),
                List.of(),
                List.of(),
                Optional.empty());
        assertThat(verdict(judge(recorded, log), "length")).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judge(recorded, log).verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }
}
