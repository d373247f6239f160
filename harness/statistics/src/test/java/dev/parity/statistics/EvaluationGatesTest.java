package dev.parity.statistics;

import static dev.parity.statistics.Judging.numbers;
import static dev.parity.statistics.Judging.only;
import static dev.parity.statistics.Traces.each;
import static dev.parity.statistics.Traces.edit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class EvaluationGatesTest {
    private static final Evaluation.Score HALF = new Evaluation.Score(50, 0, 1000);

    /// Makes runs that print scores, without predictions: of one rank, overall and for cat and dog.
    private static RunTrace scored(long seed, double overall, double cat, double dog) {
        return edit(
                Traces.run(seed, UnaryOperator.identity()),
                each(
                        Evaluation.class,
                        e -> new Evaluation(e.step(), "eval", List.of(), List.of(rank(overall, cat, dog)))));
    }

    private static Evaluation.Rank rank(double overall, double cat, double dog) {
        return new Evaluation.Rank(
                0,
                new Evaluation.Score(overall, 0, 2000),
                List.of(
                        new Evaluation.ClassScore("cat", new Evaluation.Score(cat, 0, 1000)),
                        new Evaluation.ClassScore("dog", new Evaluation.Score(dog, 0, 1000))),
                List.of(),
                "run.log:3");
    }

    /// Pairs whose candidates are off by a little around a difference.
    private static List<Pair> pairs(int seeds, double difference) {
        List<Pair> pairs = new ArrayList<>();
        for (int k = 1; k <= seeds; k++) {
            double off = difference + (k % 2 == 0 ? 0.01 : -0.01);
            pairs.add(new Pair(scored(k, 60, 60, 60), scored(k, 60 + off, 60 + 4 * off, 60)));
        }
        return pairs;
    }

    // 2 points are inside the margin of 3 for fewer than 8 seeds and outside that of 1 from 8 on; of a
    // class, 8 points are inside 10 and outside 4
    @Test
    void fromEightSeedsOnTheFinerMarginsHold() {
        assertThat(only("accuracy", pairs(7, 2), Map.of()).verdict()).isEqualTo(Verdict.WARN);
        assertThat(only("accuracy", pairs(8, 2), Map.of()).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(only("class-accuracy", pairs(7, 2), Map.of()).verdict()).isEqualTo(Verdict.WARN);
        assertThat(only("class-accuracy", pairs(8, 2), Map.of()).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void severalSeedsAreAveraged() {
        Evidence found = only("accuracy", pairs(8, 2), Map.of());
        assertThat(numbers(found).estimate().value()).isCloseTo(2, Offset.offset(1e-9));
        assertThat(found.sentence()).startsWith("accuracy 60.00 % against 62.00 %: +2.00 pp [");
        assertThat(numbers(found).estimate().n()).isEqualTo(8);
        assertThat(found.origins()).hasSize(16).containsOnly("run.log:3");
        Evidence.Part cat = ((Evidence.Parts) only("class-accuracy", pairs(8, 2), Map.of()))
                .parts()
                .getFirst();
        assertThat(cat.name()).isEqualTo("cat");
        assertThat(cat.reference()).isEqualTo(60);
        assertThat(cat.candidate()).isCloseTo(68, Offset.offset(1e-9));
        assertThat(cat.difference()).isCloseTo(8, Offset.offset(1e-9));
    }

    // without predictions Newcombe's independent interval: 60 against 62 of 2000 differ by 1.55 points
    // at 90 %
    @Test
    void onePairWithoutPredictionsIsIndependent() {
        Evidence found = only("accuracy", scored(1, 60, 60, 60), scored(1, 62, 62, 62));
        assertThat(numbers(found).estimate().interval().high()).isCloseTo(4.5, Offset.offset(0.1));
        assertThat(found.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        Evidence classes = only("class-accuracy", scored(1, 60, 60, 60), scored(1, 60, 60, 50));
        assertThat(classes.sentence())
                .isEqualTo("classes that differ (Holm): dog; the largest difference is dog: -10.0 pp [-13.6, -6.3]");
    }

    // predictions on both sides: cat and dog differ where they were predicted otherwise; in train mode
    // the classes are of another pass, so their scores stand
    @Test
    void classesArePairedExceptInTrainMode() {
        RunTrace run = Traces.run(1, UnaryOperator.identity());
        for (String mode : List.of("eval", "train")) {
            RunTrace other = edit(
                    run,
                    each(
                            Evaluation.class,
                            e -> new Evaluation(
                                    e.step(),
                                    mode,
                                    e.labels(),
                                    List.of(new Evaluation.Rank(
                                            0,
                                            e.ranks().getFirst().overall(),
                                            List.of(
                                                    new Evaluation.ClassScore("cat", HALF),
                                                    new Evaluation.ClassScore("dog", HALF)),
                                            e.ranks().getFirst().predictions(),
                                            null)))));
            RunTrace same =
                    edit(run, each(Evaluation.class, e -> new Evaluation(e.step(), mode, e.labels(), e.ranks())));
            double found =
                    numbers(only("class-accuracy", same, other)).estimate().value();
            if (mode.equals("eval")) {
                assertThat(found).isZero();
            } else {
                assertThat(Math.abs(found)).isGreaterThan(5);
            }
        }
    }

    @Test
    void otherClassesAreNotCompared() {
        RunTrace renamed = edit(
                scored(1, 60, 60, 60),
                each(
                        Evaluation.class,
                        e -> new Evaluation(
                                e.step(),
                                "eval",
                                List.of(),
                                List.of(new Evaluation.Rank(
                                        0,
                                        e.ranks().getFirst().overall(),
                                        List.of(new Evaluation.ClassScore("cow", HALF)),
                                        List.of(),
                                        null)))));
        assertThat(only("class-accuracy", scored(1, 60, 60, 60), renamed).verdict())
                .isEqualTo(Verdict.NOT_JUDGED);
        RunTrace none = edit(scored(1, 60, 60, 60), each(Evaluation.class, e -> null));
        assertThat(only("class-accuracy", none, none).verdict()).isEqualTo(Verdict.NOT_JUDGED);
        assertThat(only("accuracy", none, scored(1, 60, 60, 60)).verdict()).isEqualTo(Verdict.NOT_JUDGED);
    }
}
