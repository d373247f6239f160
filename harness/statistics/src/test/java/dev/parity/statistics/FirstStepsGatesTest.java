package dev.parity.statistics;

import static dev.parity.statistics.Judging.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Gates of the first steps and of the experts, on made-up runs with a planted effect and without.
final class FirstStepsGatesTest {
    private static final RunTrace REFERENCE = Traces.run(1, UnaryOperator.identity());

    private static Evidence judge(String gate, UnaryOperator<StepRecord> change) {
        return only(gate, REFERENCE, Traces.run(1, change));
    }

    /// Multiplies every norm of a step.
    private static StepRecord scaled(StepRecord s, double factor) {
        TreeMap<String, Double> norms = new TreeMap<>(s.gradNorm());
        norms.replaceAll((_, norm) -> factor * norm);
        return Edits.copy(s, norms, s.expertCounts());
    }

    private static UnaryOperator<StepRecord> counts(long from, int first, int second) {
        return s -> s.step() < from ? s : Edits.copy(s, s.gradNorm(), List.of(List.of(first, second)));
    }

    // 1.25 roundings of FP16 are 0.12 %; of the two norms one is too small to show it, so that the median is half of it
    @Test
    void weightsThatDifferAfterTheFirstStepAreSeen() {
        assertThat(judge("early-steps", s -> s).verdict()).isEqualTo(Verdict.PASS);
        Evidence found = judge("early-steps", s -> s.step() == 1 ? s : scaled(s, 1.004));
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(found.sentence()).startsWith("from step 2 on the gradients are 0.20 % apart");
        assertThat(judge("early-steps", s -> s.step() == 1 ? s : scaled(s, 1.03))
                        .verdict())
                .isEqualTo(Verdict.FAIL);
        assertThat(judge("first-step", s -> s.step() == 1 ? s : scaled(s, 1.004))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    // 12 roundings are 1.2 % of the whole, of which this layer is 0.8; up to step 18 the bound has grown fourfold
    @Test
    void oneEarlyStepMayLeapByAFewRoundingsOnly() {
        assertThat(judge("early-steps", s -> s.step() == 5 ? scaled(s, 1.01) : s)
                        .verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(judge("early-steps", s -> s.step() == 5 ? scaled(s, 1.03) : s)
                        .sentence())
                .startsWith("at step 5 the gradients are 2.4 % apart");
        assertThat(judge("early-steps", s -> s.step() == 18 ? scaled(s, 1.03) : s)
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aTokenThatChangesExpertInOnePairIsNoFault() {
        UnaryOperator<StepRecord> flip = s -> s.step() == 1 ? s : scaled(s, 1.03);
        assertThat(earlySteps(List.of(flip, s -> s, s -> s)).verdict()).isEqualTo(Verdict.PASS);
        assertThat(earlySteps(List.of(flip, s -> s, flip)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(earlySteps(List.of(flip, s -> s, flip, s -> s)).verdict()).isEqualTo(Verdict.PASS);
    }

    private static Evidence earlySteps(List<UnaryOperator<StepRecord>> changes) {
        List<Pair> pairs = changes.stream()
                .map(change -> new Pair(REFERENCE, Traces.run(1, change)))
                .toList();
        return only("early-steps", pairs, Map.of());
    }

    @Test
    void tokensThatChangeExpertInTheFirstStepsAreSeen() {
        assertThat(judge("routing-agreement", counts(2, 8, 8)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judge("routing-agreement", counts(9, 4, 12)).verdict()).isEqualTo(Verdict.PASS);
        Evidence one =
                judge("routing-agreement", s -> s.step() == 3 ? counts(1, 8, 8).apply(s) : s);
        assertThat(one.verdict()).isEqualTo(Verdict.PASS);
        assertThat(one.sentence()).contains("of 128 choices of the first 8 steps, by their counts, 1 went to another");
        assertThat(one.origins()).containsExactly("seed1, step 3");
    }

    private static RunTrace routed(List<Integer> expert, List<Integer> slot, double margin) {
        return Traces.run(
                1,
                s -> new StepRecord(
                        s.step(),
                        s.epoch(),
                        s.loss(),
                        s.scale(),
                        s.skipped(),
                        s.lr(),
                        s.gradNorm(),
                        List.of(List.of(1, 1)),
                        List.of(0),
                        s.replicas(),
                        List.of(new StepRecord.Routing(0, 0, expert, slot, List.of(margin, 0.5)))));
    }

    @Test
    void eachTokensChoiceIsComparedWhereItIsRecorded() {
        RunTrace reference = routed(List.of(0, 1), List.of(0, 0), 0.5);
        Evidence swapped = only("routing-agreement", reference, routed(List.of(1, 1), List.of(0, 0), 0.5));
        assertThat(swapped.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(swapped.sentence())
                .contains("8 went to another expert and 0 found")
                .contains("later 50.0 % agree");
        assertThat(only("routing-agreement", reference, routed(List.of(0, 1), List.of(-1, 0), 0.5))
                        .sentence())
                .contains("0 went to another expert and 8 found a slot on one side only");
        // two scores that are nearly equal may swap by rounding
        RunTrace tie = routed(List.of(0, 1), List.of(0, 0), 0.001);
        assertThat(only("routing-agreement", tie, routed(List.of(1, 1), List.of(0, 0), 0.001))
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    // of 9 and 7: 10 and 6 are 1/16 apart, 11 and 5 are 2/16, 14 and 2 are 5/16
    @Test
    void loadsThatDifferAreSeen() {
        assertThat(judge("expert-load", counts(1, 10, 6)).verdict()).isEqualTo(Verdict.PASS);
        assertThat(judge("expert-load", counts(1, 11, 5)).verdict()).isEqualTo(Verdict.WARN);
        Evidence found = judge("expert-load", counts(1, 14, 2));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence()).startsWith("31.3 % of the tokens would have to change expert");
    }

    private static RunTrace scored(double cat, double dog) {
        return Traces.edit(
                REFERENCE,
                Traces.each(
                        Evaluation.class,
                        e -> new Evaluation(
                                e.step(),
                                e.mode(),
                                List.of(),
                                List.of(new Evaluation.Rank(
                                        0,
                                        new Evaluation.Score((cat + dog) / 2, 0, 2000),
                                        List.of(
                                                new Evaluation.ClassScore("cat", new Evaluation.Score(cat, 0, 1000)),
                                                new Evaluation.ClassScore("dog", new Evaluation.Score(dog, 0, 1000))),
                                        List.of(),
                                        null)))));
    }

    @Test
    void accuraciesThatChangePlacesAreASwap() {
        Evidence found = only("class-swap", scored(40, 70), scored(69, 41));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence())
                .isEqualTo("the candidate fits better by 28.0 pp a class if cat and dog change places");
        assertThat(only("class-swap", scored(40, 70), scored(42, 69)).verdict()).isEqualTo(Verdict.PASS);
        assertThat(only("class-swap", scored(50, 53), scored(53, 50)).verdict()).isEqualTo(Verdict.PASS);
    }
}
