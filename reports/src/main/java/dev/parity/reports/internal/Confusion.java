package dev.parity.reports.internal;

import dev.parity.statistics.Alignment;
import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Which classes each side takes for which, counted over the last evaluations of all pairs and ranks.
public final class Confusion {
    /// A table of more classes cannot be read.
    private static final int MOST = 10;

    private final List<String> names;
    private final long[][] reference;
    private final long[][] candidate;

    private Confusion(List<String> names) {
        this.names = names;
        reference = new long[names.size()][names.size()];
        candidate = new long[names.size()][names.size()];
    }

    /// Compares what the sides predict.
    ///
    /// @param pairs aligned runs
    /// @return of more than ten classes, those that differ most; null if a side does not say what it predicts
    public static ReportPage.@Nullable Confusions of(List<Alignment> pairs) {
        List<String> names = names(pairs.getFirst().reference());
        Confusion counts = new Confusion(names);
        for (Alignment pair : pairs) {
            if (!counts.add(pair.reference(), counts.reference) || !counts.add(pair.candidate(), counts.candidate)) {
                return null;
            }
        }
        return names.isEmpty() ? null : counts.table();
    }

    private static List<String> names(RunTrace run) {
        return run.evaluations().isEmpty()
                        || run.evaluations().getLast().ranks().isEmpty()
                ? List.of()
                : run.evaluations().getLast().ranks().getFirst().classes().stream()
                        .map(Evaluation.ClassScore::name)
                        .toList();
    }

    /// Counts a run's predictions; false if there are none, or they are of other classes.
    private boolean add(RunTrace run, long[][] counts) {
        if (!names(run).equals(names) || names.isEmpty()) {
            return false;
        }
        Evaluation last = run.evaluations().getLast();
        List<Integer> labels = last.labels();
        for (Evaluation.Rank rank : last.ranks()) {
            List<Integer> predictions = rank.predictions();
            if (predictions.isEmpty() || predictions.size() != labels.size()) {
                return false;
            }
            for (int item = 0; item < labels.size(); item++) {
                int label = labels.get(item);
                int prediction = predictions.get(item);
                if (Math.min(label, prediction) < 0 || Math.max(label, prediction) >= names.size()) {
                    return false;
                }
                counts[label][prediction]++;
            }
        }
        return true;
    }

    private ReportPage.Confusions table() {
        List<Integer> shown = IntStream.range(0, names.size())
                .boxed()
                .sorted(Comparator.comparingDouble(this::apart).reversed())
                .limit(MOST)
                .sorted()
                .toList();
        double largest = shown.stream()
                .flatMap(row -> shown.stream().map(column -> Math.abs(difference(row, column))))
                .max(Comparator.naturalOrder())
                .orElse(0.0);
        List<ReportPage.ConfusionRow> rows = new ArrayList<>();
        for (int row : shown) {
            rows.add(new ReportPage.ConfusionRow(
                    names.get(row),
                    String.valueOf(sum(reference[row])),
                    shown.stream().map(column -> cell(row, column, largest)).toList()));
        }
        return new ReportPage.Confusions(shown.stream().map(names::get).toList(), rows, names.size() > MOST);
    }

    private ReportPage.ConfusionCell cell(int row, int column, double largest) {
        double difference = difference(row, column);
        return new ReportPage.ConfusionCell(
                difference == 0 ? "0" : "%+.2f".formatted(difference),
                difference > 0 ? "more" : "less",
                largest == 0 ? 0 : (int) Math.round(100 * Math.abs(difference) / largest),
                "%s taken for %s: reference %d of %d, candidate %d of %d"
                        .formatted(
                                names.get(row),
                                names.get(column),
                                reference[row][column],
                                sum(reference[row]),
                                candidate[row][column],
                                sum(candidate[row])));
    }

    private double apart(int row) {
        return IntStream.range(0, names.size())
                .mapToDouble(column -> Math.abs(difference(row, column)))
                .sum();
    }

    /// The candidate's share of a class's items less the reference's, in percentage points.
    private double difference(int row, int column) {
        return 100 * (share(candidate[row], column) - share(reference[row], column));
    }

    private static double share(long[] row, int column) {
        long items = sum(row);
        return items == 0 ? 0 : (double) row[column] / items;
    }

    private static long sum(long[] row) {
        return LongStream.of(row).sum();
    }
}
