package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordsTest {
    private static StepRecord step(double scale, Double... losses) {
        return new StepRecord(
                1, 1, List.of(losses), scale, false, 0.5, new TreeMap<>(), List.of(), List.of(), List.of(), List.of());
    }

    @Test
    void theMeanLossIsThatOfTheRanks() {
        assertThat(step(1, 1.0, 2.0, 6.0).meanLoss()).isEqualTo(3);
    }

    @Test
    void aRanksNanIsNotAveragedAway() {
        assertThat(step(1, 1.0, Double.NaN).meanLoss()).isNaN();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void aScaleIsAboveZero(double scale) {
        assertThatThrownBy(() -> step(scale, 1.0)).hasMessageContaining("a scale above 0");
    }

    // 3 of 8 are 37.5 %
    @Test
    void anExactScoreIsItsOwnMidpoint() {
        Evaluation.Score score = Evaluation.Score.of(3, 8);
        assertThat(score).isEqualTo(new Evaluation.Score(37.5, 0, 8));
        assertThat(score.midpoint()).isEqualTo(37.5);
    }

    // 46 % as a log truncates it lies in [46, 47)
    @Test
    void aTruncatedScoreLiesHalfAQuantumHigher() {
        assertThat(new Evaluation.Score(46, 1, 10000).midpoint()).isEqualTo(46.5);
    }

    @Test
    void gapsAreAddedToThoseThatAreKnown() {
        RunTrace run = RunTrace.of(
                "t",
                new TraceRecord.Header(1, Traces.provenance("here")),
                List.of(Point.loss(1, 1, 2, 1, 0, null)),
                List.of("a"));
        assertThat(run.withGaps(List.of("b")).gaps()).containsExactly("a", "b");
        assertThat(run.losses()).hasSize(1);
    }
}
