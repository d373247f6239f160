package dev.parity.reports.internal;

import dev.parity.trace.Point;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Where losses stand on an axis of steps that runs on from epoch to epoch.
///
/// A recorded loss carries its global step. A log's steps begin anew in each epoch, so epochs are laid
/// one after another, each as long as the largest step of an epoch that was finished, rounded up to the
/// distance between two lines. An epoch is finished if another follows; steps before the first epoch that
/// a log shows are not known, so the axis begins with it.
///
/// @param log whether steps begin anew in each epoch
/// @param first the first epoch of a log, else 0
/// @param length steps an epoch of a log; 0 if none is finished
/// @param starts of all epochs but the first one
record StepAxis(boolean log, int first, long length, List<Start> starts) {
    /// Where an epoch begins.
    ///
    /// @param epoch as counted by the run
    /// @param before steps before it
    record Start(int epoch, long before) {}

    /// Copies the list.
    StepAxis {
        starts = List.copyOf(starts);
    }

    /// Finds the axis of losses.
    ///
    /// @param points of all runs, in any order, at least one
    /// @return their axis
    static StepAxis of(Collection<Point> points) {
        NavigableMap<Integer, TreeSet<Long>> epochs = new TreeMap<>();
        for (Point point : points) {
            epochs.computeIfAbsent(point.epoch(), _ -> new TreeSet<>()).add(point.step());
        }
        int first = epochs.firstKey();
        int last = epochs.lastKey();
        boolean log = first > 0 && points.stream().allMatch(point -> point.origin() != null);
        List<Start> starts = new ArrayList<>();
        if (!log) {
            epochs.tailMap(first, false).forEach((epoch, steps) -> starts.add(new Start(epoch, steps.first() - 1)));
            return new StepAxis(false, 0, 0, starts);
        }
        long interval = interval(epochs.values());
        long longest = epochs.headMap(last).values().stream()
                .mapToLong(TreeSet::last)
                .max()
                .orElse(0);
        long length = (longest + interval - 1) / interval * interval;
        for (int epoch = first + 1; epoch <= last; epoch++) {
            starts.add(new Start(epoch, (epoch - first) * length));
        }
        return new StepAxis(true, first, length, starts);
    }

    /// Returns the most frequent distance between neighbours, 1 if there are none.
    private static long interval(Collection<TreeSet<Long>> epochs) {
        Map<Long, Integer> counts = new HashMap<>();
        for (TreeSet<Long> steps : epochs) {
            long before = steps.first();
            for (long step : steps.tailSet(before, false)) {
                counts.merge(step - before, 1, Integer::sum);
                before = step;
            }
        }
        return counts.entrySet().stream()
                .max(Map.Entry.<Long, Integer>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .map(Map.Entry::getKey)
                .orElse(1L);
    }

    /// Places a loss.
    ///
    /// @param point one of those that the axis was made of
    /// @return its step from the start of the axis
    long at(Point point) {
        return log ? (point.epoch() - first) * length + point.step() : point.step();
    }

    /// Names the axis.
    ///
    /// @return with the unit
    String label() {
        if (!log) {
            return "step";
        }
        if (length == 0) {
            return "step within epoch %d".formatted(first);
        }
        return first == 1
                ? "step (%d an epoch)".formatted(length)
                : "step since epoch %d began (%d an epoch)".formatted(first, length);
    }

    /// Chooses the epochs to mark: all, or every second, third … so that they can be told apart.
    ///
    /// @param most how many
    /// @return starts to mark
    List<Start> marked(int most) {
        int each = (starts.size() + most - 1) / most;
        return IntStream.range(0, starts.size())
                .filter(i -> (i + 1) % each == 0)
                .mapToObj(starts::get)
                .toList();
    }
}
