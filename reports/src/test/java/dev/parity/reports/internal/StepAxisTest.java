package dev.parity.reports.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Point;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepAxisTest {
    private static Point logged(int epoch, long step) {
        return Point.loss(epoch, step, 2, 0, 0.001, "run.log:1");
    }

    private static List<Point> log(int from, int to, long first, long interval, long last) {
        List<Point> points = new ArrayList<>();
        for (int epoch = from; epoch <= to; epoch++) {
            for (long step = first; step <= last; step += interval) {
                points.add(logged(epoch, step));
            }
        }
        return points;
    }

    @Test
    void theStepsOfALogRunOnFromEpochToEpoch() {
        List<Point> points = log(1, 3, 100, 100, 3100);
        StepAxis axis = StepAxis.of(points);
        assertThat(points.stream().map(axis::at)).isSorted().doesNotHaveDuplicates();
        assertThat(axis.at(points.getLast())).isEqualTo(3 * 3100);
        assertThat(axis.starts()).containsExactly(new StepAxis.Start(2, 3100), new StepAxis.Start(3, 6200));
        assertThat(axis.label()).isEqualTo("step (3100 an epoch)");
    }

    @Test
    void anEpochIsRoundedUpToTheDistanceBetweenLines() {
        List<Point> points = log(1, 2, 99, 100, 299);
        StepAxis axis = StepAxis.of(points);
        // 99, 199, 299 steps into an epoch: the next one begins after 300
        assertThat(points.stream().map(axis::at)).containsExactly(99L, 199L, 299L, 399L, 499L, 599L);
    }

    @Test
    void theEpochThatIsNotFinishedDoesNotSayHowLongEpochsAre() {
        List<Point> points = log(1, 2, 100, 100, 500);
        points.add(logged(3, 100));
        points.add(logged(3, 700)); // torn from elsewhere
        assertThat(StepAxis.of(points).length()).isEqualTo(500);
    }

    @Test
    void aLogThatBeginsLateCountsFromItsFirstEpoch() {
        StepAxis axis = StepAxis.of(log(29, 30, 2200, 100, 3100));
        assertThat(axis.at(logged(30, 100))).isEqualTo(3200);
        assertThat(axis.label()).isEqualTo("step since epoch 29 began (3100 an epoch)");
        StepAxis alone = StepAxis.of(log(30, 30, 2200, 100, 3100));
        assertThat(alone.at(logged(30, 2200))).isEqualTo(2200);
        assertThat(alone.label()).isEqualTo("step within epoch 30");
    }

    @Test
    void recordedStepsAreGlobalAndStayAsTheyAre() {
        List<Point> points = new ArrayList<>();
        for (int step = 1; step <= 90; step++) {
            points.add(Point.loss(1 + (step - 1) / 30, step, 2, 1, 0, null));
        }
        StepAxis axis = StepAxis.of(points);
        assertThat(axis.at(points.get(64))).isEqualTo(65);
        assertThat(axis.starts()).containsExactly(new StepAxis.Start(2, 30), new StepAxis.Start(3, 60));
        assertThat(axis.label()).isEqualTo("step");
    }

    @Test
    void manyEpochsAreMarkedSparsely() {
        StepAxis axis = StepAxis.of(log(1, 30, 100, 100, 300));
        assertThat(axis.marked(12).stream().map(StepAxis.Start::epoch))
                .containsExactly(4, 7, 10, 13, 16, 19, 22, 25, 28);
        assertThat(axis.marked(29)).hasSize(29);
    }
}
