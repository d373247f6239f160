package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
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
    void factsAndNotesOfALogAreSorted() {
        RunTrace run = RunTrace.of(
                "t",
                new TraceRecord.Header(1, Provenance.of("l", Map.of(), Map.of(), Map.of())),
                List.of(
                        new TraceRecord.Fact("world", "4", false, "t:1"),
                        new TraceRecord.Fact("version", "0.9", true, "t:2"),
                        new TraceRecord.Fact("world", "4", false, "t:3"),
                        new TraceRecord.Fact("world", "8", false, "t:4"),
                        new TraceRecord.Fact("world", "8", false, "t:5"),
                        new TraceRecord.Note("a note", false),
                        new TraceRecord.Note("a gap", true)),
                List.of("cut"));
        assertThat(run.provenance().comparability()).containsExactly(Map.entry("world", "4"));
        assertThat(run.provenance().underTest()).containsExactly(Map.entry("version", "0.9"));
        assertThat(run.provenance().context())
                .containsExactlyInAnyOrderEntriesOf(Map.of("origin of world", "t:1", "origin of version", "t:2"));
        assertThat(run.notes()).containsExactly("a note");
        assertThat(run.gaps())
                .containsExactly(
                        "cut", "t:4: world is 8 here, but 4 at t:1: more than one run may be in the log", "a gap");
    }
}
