package dev.parity.ci;

import dev.parity.trace.Evaluation;
import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Faults that change what a log says, as it would print it.
enum LogFault {
    /// Every loss is 1 % higher.
    SCALE_UP {
        @Override
        double[] losses(double[] values) {
            return scaled(values, 1.01, 1.01);
        }
    },
    /// Every loss is 1 % lower.
    SCALE_DOWN {
        @Override
        double[] losses(double[] values) {
            return scaled(values, 0.99, 0.99);
        }
    },
    /// Every loss is that of the line before.
    LAG {
        @Override
        double[] losses(double[] values) {
            double[] late = values.clone();
            System.arraycopy(values, 0, late, 1, values.length - 1);
            return late;
        }
    },
    /// One loss is 5 % higher.
    SPIKE {
        @Override
        double[] losses(double[] values) {
            double[] other = values.clone();
            other[values.length / 5] *= 1.05;
            return other;
        }
    },
    /// The losses rise to 1 % above, in a straight line.
    DRIFT {
        @Override
        double[] losses(double[] values) {
            return scaled(values, 1, 1.01);
        }
    },
    /// The last quarter repeats one loss.
    FROZEN {
        @Override
        double[] losses(double[] values) {
            double[] frozen = values.clone();
            int from = values.length * 3 / 4;
            Arrays.fill(frozen, from, values.length, values[from]);
            return frozen;
        }
    },
    /// One line lacks its loss.
    ABSENT {
        @Override
        double[] losses(double[] values) {
            double[] other = values.clone();
            other[values.length * 3 / 5] = Double.NaN;
            return other;
        }
    },
    /// The accuracies of the first and the fourth class are exchanged.
    SWAPPED_CLASSES {
        @Override
        double[] losses(double[] values) {
            return values;
        }
    };

    /// Those of the loss.
    static final List<LogFault> OF_LOSSES =
            Arrays.stream(values()).filter(each -> each != SWAPPED_CLASSES).toList();

    /// Changes the losses of a run.
    ///
    /// @return as many; NaN where none is printed
    abstract double[] losses(double[] values);

    /// Plants the fault.
    RunTrace in(RunTrace log) {
        double[] changed =
                losses(log.losses().stream().mapToDouble(Point::value).toArray());
        List<Point> points = new ArrayList<>();
        int at = 0;
        for (Point point : log.points()) {
            if (!point.series().equals(Series.LOSS)) {
                points.add(point);
                continue;
            }
            double value = changed[at++];
            if (!Double.isNaN(value)) {
                points.add(new Point(
                        point.series(),
                        point.epoch(),
                        point.step(),
                        point.rank(),
                        point.quantum() > 0 ? Math.round(value / point.quantum()) * point.quantum() : value,
                        point.window(),
                        point.quantum(),
                        point.origin()));
            }
        }
        return new RunTrace(
                log.name(),
                log.provenance(),
                log.steps(),
                points,
                log.scaleEvents(),
                this == SWAPPED_CLASSES
                        ? log.evaluations().stream().map(LogFault::swapped).toList()
                        : log.evaluations(),
                log.notes(),
                log.gaps(),
                log.end());
    }

    private static double[] scaled(double[] values, double first, double last) {
        double[] scaled = values.clone();
        Arrays.setAll(scaled, i -> values[i] * (first + (last - first) * i / (values.length - 1)));
        return scaled;
    }

    private static Evaluation swapped(Evaluation evaluation) {
        return new Evaluation(
                evaluation.step(),
                evaluation.mode(),
                evaluation.labels(),
                evaluation.ranks().stream()
                        .map(rank -> {
                            List<Evaluation.ClassScore> classes = new ArrayList<>(rank.classes());
                            Evaluation.ClassScore first = classes.getFirst();
                            Evaluation.ClassScore fourth = classes.get(3);
                            classes.set(0, new Evaluation.ClassScore(first.name(), fourth.score()));
                            classes.set(3, new Evaluation.ClassScore(fourth.name(), first.score()));
                            return new Evaluation.Rank(
                                    rank.rank(), rank.overall(), classes, rank.predictions(), rank.origin());
                        })
                        .toList());
    }
}
