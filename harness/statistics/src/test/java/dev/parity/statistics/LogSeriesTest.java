package dev.parity.statistics;

import static dev.parity.statistics.Judging.only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/// A log that prints what a trace records is judged as a trace is.
final class LogSeriesTest {
    private static final Map<String, String> KEYS = Map.of(
            Provenance.LOSS_SCALER, "unfused",
            Provenance.LOSS_SCALER_SETTINGS, "initial=16.0 window=1000 min=1.0",
            Provenance.OPTIMIZER, "sgd lr=0.01 schedule=constant");

    private static Point point(String series, long step, double value) {
        return new Point(series, 0, step, Point.EVERY_RANK, value, 1, 0, "run.log:" + step);
    }

    private static RunTrace log(List<Point> points) {
        return new RunTrace(
                "run.log",
                Provenance.of("some-log", KEYS, Map.of(), Map.of()),
                List.of(),
                points,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static RunTrace log(int steps, String series, LongToDoubleFunction value) {
        List<Point> points = new ArrayList<>();
        for (long step = 1; step <= steps; step++) {
            points.add(point(series, step, value.applyAsDouble(step)));
        }
        return log(points);
    }

    private static RunTrace both(RunTrace one, RunTrace other) {
        List<Point> points = new ArrayList<>(one.points());
        points.addAll(other.points());
        return log(points);
    }

    @Test
    void gradientNormsOfLogsAreHeldToTheMargin() {
        String global = Series.gradientNorm(StepRecord.GLOBAL);
        RunTrace reference = log(100, global, step -> 1 + 0.01 * (step % 7));
        Evidence same = only("gradient-norm", reference, log(100, global, step -> 1 + 0.01 * (step % 5)));
        assertThat(same.verdict()).isIn(Verdict.PASS, Verdict.WARN);
        Evidence found = only("gradient-norm", reference, log(100, global, step -> 1.2 + 0.01 * (step % 7)));
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence()).startsWith("of 1 mean gradient norms the worst is global: +19.");
    }

    @Test
    void aNormOfASkippedStepCountsNowhere() {
        RunTrace norms = log(100, Series.gradientNorm(StepRecord.GLOBAL), step -> step == 50 ? Double.NaN : 1);
        RunTrace skips = log(100, Series.SKIPPED, step -> step == 50 ? 1 : 0);
        RunTrace losses = log(100, Series.LOSS, _ -> 2);
        RunTrace run = both(both(norms, skips), losses);
        assertThat(only("gradient-norm", run, run).verdict()).isEqualTo(Verdict.PASS);
        assertThat(only("non-finite", run, run).verdict()).isEqualTo(Verdict.PASS);
        RunTrace unskipped = both(norms, losses);
        assertThat(only("gradient-norm", unskipped, unskipped).verdict()).isEqualTo(Verdict.FAIL);
        Evidence found = only("non-finite", run, unskipped);
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.origins()).containsExactly("run.log:50 (the gradient norm of global)");
    }

    // 30 of 100 against 3 of 100: the ratio's interval lies below one half
    @Test
    void skipsOfLogsAreRates() {
        RunTrace many = log(100, Series.SKIPPED, step -> step % 10 < 3 ? 1 : 0);
        RunTrace few = log(100, Series.SKIPPED, step -> step % 33 == 0 ? 1 : 0);
        Evidence found = only("scale-events", many, few);
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence()).startsWith("overflows: 30 of 100 steps against 3 of 100, ratio 0.10 [");
        assertThat(only("scale-events", few, few).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void scalesOfLogsAreReplayed() {
        RunTrace skips = log(20, Series.SKIPPED, step -> step == 10 ? 1 : 0);
        RunTrace sound = both(skips, log(20, Series.LOSS_SCALE, step -> step <= 10 ? 16 : 8));
        RunTrace wrong = both(skips, log(20, Series.LOSS_SCALE, step -> step <= 11 ? 16 : 8));
        assertThat(only("scaler-replay", sound, sound).sentence())
                .isEqualTo("all 40 recorded values of the scale follow the run's own rules");
        assertThat(only("scaler-replay", sound, wrong).sentence())
                .isEqualTo("run.log, step 11: the scale was 16.0, its scaler's rules give 8.0");
    }

    @Test
    void aLogWithHolesIsNotReplayed() {
        RunTrace sparse = log(List.of(
                point(Series.SKIPPED, 1, 0),
                point(Series.SKIPPED, 3, 0),
                point(Series.LOSS_SCALE, 1, 16),
                point(Series.LOSS_SCALE, 3, 16)));
        assertThat(only("scaler-replay", sparse, sparse).sentence())
                .isEqualTo("run.log does not record each step's scale");
    }

    // DeepSpeed prints now and then how many steps it skipped so far, and the rate of the step that follows
    @Test
    void ratesAreReplayedWhereTheStepsAppliedBeforeAreCounted() {
        RunTrace run = log(List.of(
                point(Series.SKIPPED_SO_FAR, 100, 3),
                point(Series.LEARNING_RATE, 101, 0.01),
                point(Series.LEARNING_RATE, 150, 0.5)));
        assertThat(only("schedule-replay", run, run).sentence())
                .isEqualTo("all 2 recorded values of the learning rate follow the run's own rules");
        RunTrace wrong = log(List.of(point(Series.SKIPPED_SO_FAR, 100, 3), point(Series.LEARNING_RATE, 101, 0.02)));
        assertThat(only("schedule-replay", run, wrong).verdict()).isEqualTo(Verdict.FAIL);
    }
}
