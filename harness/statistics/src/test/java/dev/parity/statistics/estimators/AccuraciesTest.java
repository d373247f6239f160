package dev.parity.statistics.estimators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Interval;
import dev.parity.trace.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class AccuraciesTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-9);

    /// Makes an evaluation of items that alternate between two classes; ranks differ by what they got
    /// right.
    private static Evaluation evaluation(List<Integer> labels, List<List<Boolean>> right) {
        List<Evaluation.Rank> ranks = new ArrayList<>();
        for (List<Boolean> rank : right) {
            List<Integer> predictions = IntStream.range(0, labels.size())
                    .mapToObj(i -> rank.get(i) ? labels.get(i) : Integer.valueOf(1 - labels.get(i)))
                    .toList();
            int correct = (int) rank.stream().filter(each -> each).count();
            ranks.add(new Evaluation.Rank(
                    ranks.size(), Evaluation.Score.of(correct, labels.size()), List.of(), predictions, null));
        }
        return new Evaluation(1, "eval", labels, ranks);
    }

    private static List<Integer> labels(int items) {
        return IntStream.range(0, items).mapToObj(i -> i % 2).toList();
    }

    /// The first `right` of `items` are right.
    private static List<Boolean> first(int right, int items) {
        return IntStream.range(0, items).mapToObj(i -> i < right).toList();
    }

    // truncated percents: 46 and 45 are 46.5 and 45.5 in the middle, on average 46, known to half a point
    @Test
    void theMeanOverRanksKeepsTheReadingError() {
        Evaluation.Score mean =
                Accuracies.mean(List.of(new Evaluation.Score(46, 1, 10000), new Evaluation.Score(45, 1, 9000)));
        assertThat(mean).isEqualTo(new Evaluation.Score(45.5, 1, 9000));
        assertThat(mean.midpoint()).isEqualTo(46);
    }

    // 56/70 against 48/80 by method 10 at 90 %, computed in Python: 7.656419 to 31.364458; each side is
    // known to within 1, so half of the sum is added at both ends
    @Test
    void independentAccuraciesAreWidenedByWhatPrintingHides() {
        Estimate found = Accuracies.independent(new Evaluation.Score(59.5, 1, 80), new Evaluation.Score(79.5, 1, 70));
        assertThat(found.value()).isCloseTo(20, EXACT);
        assertThat(found.interval().low()).isCloseTo(7.656419 - 1, Offset.offset(1e-6));
        assertThat(found.interval().high()).isCloseTo(31.364458 + 1, Offset.offset(1e-6));
        assertThat(found.n()).isEqualTo(70);
        // (1.6449 + 1.96) standard errors, of which half the interval is 1.6449
        assertThat(found.detectable())
                .isCloseTo((31.364458 - 7.656419 + 2) / 2 * (1.6449 + 1.96) / 1.6449, Offset.offset(1e-5));
    }

    @Test
    void pairedAccuraciesAreCountedByItem() {
        // of 32: 15 right on both sides, 3 on the first only, 6 on the second only, 8 on neither
        List<Integer> labels = labels(32);
        List<Boolean> b = IntStream.range(0, 32)
                .mapToObj(i -> i < 15 || (i >= 18 && i < 24))
                .toList();
        Estimate found = Accuracies.paired(
                evaluation(labels, List.of(first(18, 32))), evaluation(labels, List.of(b)), Accuracies.ALL);
        Proportions.Found expected = Proportions.paired(15, 3, 6, 8, 0.9);
        assertThat(found.value()).isCloseTo(100 * 3 / 32.0, EXACT);
        assertThat(found.interval().low()).isCloseTo(100 * expected.low(), EXACT);
        assertThat(found.interval().high()).isCloseTo(100 * expected.high(), EXACT);
        assertThat(found.p()).isCloseTo(expected.p(), EXACT);
        assertThat(found.n()).isEqualTo(32);
    }

    @Test
    void ranksAreAveraged() {
        List<Integer> labels = labels(32);
        List<Boolean> b = IntStream.range(0, 32)
                .mapToObj(i -> i < 15 || (i >= 18 && i < 24))
                .toList();
        // the second rank: 16 right on both sides, 2 on the first only, 6 on the second only, 8 on
        // neither
        List<Boolean> c = IntStream.range(0, 32)
                .mapToObj(i -> i < 16 || (i >= 18 && i < 24))
                .toList();
        Estimate found = Accuracies.paired(
                evaluation(labels, List.of(first(18, 32), first(18, 32))),
                evaluation(labels, List.of(b, c)),
                Accuracies.ALL);
        Proportions.Found expected = Proportions.paired(15.5, 2.5, 6, 8, 0.9);
        assertThat(found.value()).isCloseTo(100 * 3.5 / 32, EXACT);
        assertThat(found.interval().low()).isCloseTo(100 * expected.low(), EXACT);
        assertThat(found.interval().high()).isCloseTo(100 * expected.high(), EXACT);
    }

    @Test
    void aClassCountsItsOwnItemsOnly() {
        List<Integer> labels = labels(40);
        // class 0 has the even items: 10 right against all 20
        Evaluation half = evaluation(
                labels, List.of(IntStream.range(0, 40).mapToObj(i -> i % 4 == 0).toList()));
        Evaluation whole = evaluation(labels, List.of(first(40, 40)));
        Estimate found = Accuracies.paired(half, whole, 0);
        assertThat(found.value()).isCloseTo(50, EXACT);
        assertThat(found.n()).isEqualTo(20);
        assertThat(Accuracies.paired(half, whole, 1).value()).isCloseTo(100, EXACT);
    }

    @Test
    void equalPredictionsLeaveNothingToInfer() {
        Evaluation same = evaluation(labels(4), List.of(first(3, 4)));
        assertThat(Accuracies.paired(same, same, Accuracies.ALL))
                .isEqualTo(new Estimate(0, new Interval(0, 0), 4, 4, 1, 0));
    }

    @Test
    void sidesArePairedWhereEachRankPredictedTheSameItems() {
        Evaluation one = evaluation(labels(4), List.of(first(3, 4)));
        Evaluation two = evaluation(labels(4), List.of(first(3, 4), first(2, 4)));
        assertThat(Accuracies.arePaired(one, evaluation(labels(4), List.of(first(1, 4)))))
                .isTrue();
        assertThat(Accuracies.arePaired(one, two)).isFalse();
        assertThat(Accuracies.arePaired(one, evaluation(List.of(1, 0, 1, 0), List.of(first(3, 4)))))
                .isFalse();
        Evaluation none = new Evaluation(1, "eval", List.of(), one.ranks());
        assertThat(Accuracies.arePaired(none, none)).isFalse();
        Evaluation empty = new Evaluation(1, "eval", labels(4), List.of());
        assertThat(Accuracies.arePaired(empty, empty)).isFalse();
        Evaluation short_ = new Evaluation(
                1,
                "eval",
                labels(4),
                List.of(new Evaluation.Rank(0, Evaluation.Score.of(3, 4), List.of(), List.of(0, 1), null)));
        assertThat(Accuracies.arePaired(short_, one)).isFalse();
        assertThat(Accuracies.arePaired(one, short_)).isFalse();
    }
}
