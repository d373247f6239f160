package dev.parity.statistics;

import static dev.parity.statistics.Traces.each;
import static dev.parity.statistics.Traces.edit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.detectors.Contradictions;
import dev.parity.statistics.gates.ConsistencyGate;
import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What is said of a run that contradicts itself.
final class ContradictionsTest {
    private static final RunTrace RUN = Traces.run(1, UnaryOperator.identity());

    private static List<String> after(UnaryOperator<List<TraceRecord>> change) {
        return Contradictions.of(edit(RUN, change));
    }

    private static UnaryOperator<List<TraceRecord>> plus(TraceRecord item) {
        return records -> {
            List<TraceRecord> more = new ArrayList<>(records);
            more.add(item);
            return more;
        };
    }

    @Test
    void aSoundRunHasNone() {
        assertThat(Contradictions.of(RUN)).isEmpty();
    }

    @Test
    void aStepThatIsMissing() {
        assertThat(after(each(TraceRecord.class, r -> switch (r) {
                    case StepRecord s -> s.step() == 210 ? null : s;
                    case TraceRecord.End e -> new TraceRecord.End(399, e.digest());
                    default -> r;
                })))
                .containsExactly("seed1: expected step 210, found step 211");
    }

    @Test
    void anEndThatCountsOtherSteps() {
        assertThat(after(each(TraceRecord.End.class, e -> new TraceRecord.End(399, e.digest()))))
                .containsExactly("seed1: its end counts 399 steps, there are 400");
    }

    @Test
    void anEventPastTheEnd() {
        RunTrace run = edit(RUN, plus(new ScaleEvent(1, 401, true, ScaleEvent.Kind.GREW, 1, 2, null)));
        assertThat(Contradictions.of(run)).containsExactly("seed1: a scale event at step 401, which is not recorded");
    }

    @Test
    void twoEventsAtAStep() {
        RunTrace run = edit(RUN, plus(new ScaleEvent(1, 160, true, ScaleEvent.Kind.GREW, 1, 2, null)));
        assertThat(Contradictions.of(run)).containsExactly("seed1: two scale events at step 160");
    }

    @Test
    void aScaleThatItsEventDoesNotGive() {
        assertThat(after(each(ScaleEvent.class, e -> new ScaleEvent(1, e.step(), true, e.kind(), e.from(), 3, null))))
                .containsExactly("seed1: step 51: the scale became 32768.0, its event says 3.0");
        assertThat(after(each(ScaleEvent.class, e -> new ScaleEvent(1, e.step(), true, e.kind(), 3, e.to(), null))))
                .containsExactly("seed1: step 51: GREW from 3.0 to 32768.0 does not fit a step taken at scale 16384.0");
    }

    @Test
    void aSkipWithoutEvent() {
        assertThat(after(each(ScaleEvent.class, e -> e.step() == 400 ? null : e)))
                .containsExactly("seed1: step 400: skipped without a scale event");
    }

    /// Two steps at scale 8 with one event at the first.
    private static List<String> kept(boolean skipped, ScaleEvent.Kind kind) {
        return Contradictions.of(edit(
                RUN, _ -> List.of(new ScaleEvent(1, 1, true, kind, 8, 8, null), step(1, skipped), step(2, false))));
    }

    private static StepRecord step(long step, boolean skipped) {
        StepRecord s = RUN.steps().getFirst();
        return new StepRecord(
                step,
                1,
                s.loss(),
                8,
                skipped,
                s.lr(),
                s.gradNorm(),
                s.expertCounts(),
                s.dropped(),
                s.replicas(),
                s.routing());
    }

    // a static scale overflows and stays
    @Test
    void anOverflowMayKeepTheScaleButGrowthMayNot() {
        assertThat(kept(true, ScaleEvent.Kind.REDUCED)).isEmpty();
        assertThat(kept(true, ScaleEvent.Kind.HYSTERESIS)).isEmpty();
        assertThat(kept(false, ScaleEvent.Kind.REDUCED)).hasSize(1);
        assertThat(kept(false, ScaleEvent.Kind.HYSTERESIS)).hasSize(1);
        assertThat(kept(false, ScaleEvent.Kind.GREW)).hasSize(1);
        assertThat(kept(true, ScaleEvent.Kind.GREW))
                .containsExactly("seed1: step 1: GREW from 8.0 to 8.0 does not fit a step skipped at scale 8.0");
    }

    private static UnaryOperator<List<TraceRecord>> dropped(int dropped) {
        return each(
                StepRecord.class,
                s -> new StepRecord(
                        s.step(),
                        s.epoch(),
                        s.loss(),
                        s.scale(),
                        s.skipped(),
                        s.lr(),
                        s.gradNorm(),
                        s.expertCounts(),
                        List.of(dropped),
                        s.replicas(),
                        s.routing()));
    }

    @Test
    void moreDropsThanTokens() {
        assertThat(after(dropped(16))).isEmpty();
        assertThat(after(dropped(17))).containsExactly("seed1: step 1, layer 0: 17 tokens dropped of 16");
    }

    @Test
    void routingAgainstCounts() {
        assertThat(after(EditsOfWhatAgrees.routed(List.of(0, 1), List.of(0, -1), 0)))
                .containsExactly("seed1: step 1, layer 0: 1 tokens found no slot, counted 0");
        assertThat(after(EditsOfWhatAgrees.routed(List.of(0, 0), List.of(0, -1), 1)))
                .containsExactly("seed1: step 1, layer 0: experts were chosen [2, 0] times, counted [1, 1]");
        assertThat(after(EditsOfWhatAgrees.routed(List.of(0, 2), List.of(0, -1), 1)))
                .containsExactly("seed1: step 1, layer 0: expert 2 was chosen of 2");
    }

    private static List<String> overall(Evaluation.Score score) {
        return after(each(
                Evaluation.class,
                e -> new Evaluation(
                        1,
                        "",
                        List.of(0, 1, 0, 1),
                        List.of(new Evaluation.Rank(3, score, List.of(), List.of(0, 1, 0, 0), null)))));
    }

    // three of four are 75 %; a printed score may be truncated by less than its quantum
    @Test
    void aScoreAgainstItsPredictions() {
        assertThat(overall(new Evaluation.Score(75, 0, 4))).isEmpty();
        assertThat(overall(new Evaluation.Score(75, 1, 4))).isEmpty();
        assertThat(overall(new Evaluation.Score(74.5, 1, 4))).isEmpty();
        assertThat(overall(new Evaluation.Score(74, 1, 4)))
                .containsExactly("seed1: rank 3 on all items: 74.0 % of 4 recorded, its predictions give 75.0 % of 4");
        assertThat(overall(new Evaluation.Score(75.5, 1, 4))).hasSize(1);
    }

    @Test
    void anEvaluationThatIsNotAsConfigured() {
        assertThat(after(each(Evaluation.class, e -> new Evaluation(1, "train", List.of(), e.ranks()))))
                .containsExactly("seed1: evaluated in mode train, configured is eval");
        assertThat(after(each(
                        Evaluation.class,
                        e -> new Evaluation(
                                1,
                                "eval",
                                List.of(),
                                List.of(e.ranks().getFirst(), e.ranks().getFirst())))))
                .containsExactly("seed1: rank 0 evaluated twice");
        assertThat(after(each(Evaluation.class, e -> new Evaluation(1, "eval", List.of(1), e.ranks()))))
                .containsExactly("seed1: rank 0 predicted 2000 of 1 items");
    }

    @Test
    void severalContradictionsAreCounted() {
        RunTrace broken = edit(
                RUN,
                records -> dropped(17)
                        .apply(each(TraceRecord.End.class, e -> new TraceRecord.End(399, e.digest()))
                                .apply(records)));
        assertThat(Judging.judge(new ConsistencyGate(), List.of(new Pair(RUN, broken)))
                        .sentence())
                .isEqualTo("the candidate contradicts itself or the reference: "
                        + "seed1: its end counts 399 steps, there are 400; and 1 more");
    }
}
