package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SeriesTest {
    private static final StepRecord STEP = new StepRecord(
            7,
            2,
            List.of(2.0, 3.0),
            1024,
            true,
            0.01,
            new TreeMap<>(Map.of("fc1.weight", 0.5, StepRecord.GLOBAL, 1.5)),
            List.of(),
            List.of(),
            List.of(),
            List.of());

    private static RunTrace run(List<StepRecord> steps, List<Point> points) {
        Provenance provenance = Provenance.of("x", Map.of(), Map.of(), Map.of());
        return new RunTrace(
                "run", provenance, steps, points, List.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    @Test
    void aRecordedStepIsAPointOfEachSeries() {
        RunTrace run = run(List.of(STEP), List.of());
        assertThat(run.seriesNames())
                .containsExactlyInAnyOrder(
                        "loss", "lr", "loss-scale", "skipped", "grad-norm/fc1.weight", "grad-norm/global");
        assertThat(run.seriesNames().stream()
                        .map(name -> run.series(name).getFirst().value()))
                .containsExactly(0.5, 1.5, 2.5, 1024.0, 0.01, 1.0);
        assertThat(run.losses()).containsExactly(new Point(Series.LOSS, 2, 7, Point.EVERY_RANK, 2.5, 1, 0, null));
        assertThat(run.series("grad-norm/absent")).isEmpty();
    }

    @Test
    void aLogHasWhatItPrints() {
        Point norm = new Point(Series.gradientNorm(StepRecord.GLOBAL), 0, 10, 0, 1.25, 1, 0.001, "run.log:3");
        RunTrace run = run(List.of(), List.of(Point.loss(1, 10, 2.5, 10, 0.1, "run.log:2"), norm));
        assertThat(run.seriesNames()).containsExactly("grad-norm/global", "loss");
        assertThat(run.series("grad-norm/global")).containsExactly(norm);
        assertThat(run.origin(norm)).isEqualTo("run.log:3");
    }
}
