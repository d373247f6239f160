package dev.parity.trace.internal.logs;

import dev.parity.trace.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The losses of a log. What another rank repeats counts once, but hides no NaN or infinity.
final class LogLosses {
    private final List<Point> losses = new ArrayList<>();
    private final Map<Place, Integer> places = new HashMap<>();
    private Optional<String> firstOther = Optional.empty();
    private int others;

    /// Where a loss stands.
    private record Place(int epoch, long step) {}

    /// Adds a loss.
    ///
    /// @return whether it is the first of its epoch and step
    boolean add(Point loss) {
        Integer earlier = places.putIfAbsent(new Place(loss.epoch(), loss.step()), losses.size());
        if (earlier == null) {
            losses.add(loss);
            return true;
        }
        Point kept = losses.get(earlier);
        if (Double.compare(kept.value(), loss.value()) != 0) {
            others++;
            firstOther = firstOther.or(() -> Optional.of(
                    "%s has %s where %s has %s".formatted(loss.origin(), loss.value(), kept.origin(), kept.value())));
        }
        if (Double.isFinite(kept.value()) && !Double.isFinite(loss.value())) {
            losses.set(earlier, loss);
        }
        return false;
    }

    List<Point> all() {
        return losses;
    }

    /// Returns the place of the last new loss.
    ///
    /// @return step 0 of epoch 0 before the first
    Point last() {
        return losses.isEmpty() ? Point.loss(0, 0, Double.NaN, 0, 0, null) : losses.getLast();
    }

    /// Tells that ranks printed different losses for the same step.
    Optional<String> disagreement() {
        return firstOther.map(
                first -> "%d repeated losses differ from those that were kept, the first: %s".formatted(others, first));
    }

    /// Finds the first loss that is missing in a log that prints one every so many steps. The interval is the
    /// most frequent distance within an epoch, if at least half of them are. A log may begin anywhere; where
    /// its step counter restarts, each later epoch begins with the interval, and all reach the same last step.
    ///
    /// @param finished whether the log left its last epoch too
    /// @return what is missing, as one sentence; empty if nothing is, or there is no clear interval
    Optional<String> hole(boolean finished) {
        List<Point> sorted = losses.stream()
                .sorted(Comparator.comparingInt(Point::epoch).thenComparingLong(Point::step))
                .toList();
        long interval = interval(sorted);
        if (interval == 0) {
            return Optional.empty();
        }
        long lastStep = sorted.stream().mapToLong(Point::step).max().orElse(0);
        boolean restarts = false;
        for (int i = 1; i < sorted.size(); i++) {
            restarts |= sorted.get(i).step() <= sorted.get(i - 1).step();
        }
        for (int i = 1; i < sorted.size(); i++) {
            Point before = sorted.get(i - 1);
            Optional<Place> missing = missing(before, sorted.get(i), interval, restarts ? lastStep : 0);
            if (missing.isPresent()) {
                return Optional.of(sentence(missing.get(), interval, before));
            }
        }
        Point end = sorted.getLast();
        return restarts && finished && end.step() + interval <= lastStep
                ? Optional.of(sentence(new Place(end.epoch(), end.step() + interval), interval, end))
                : Optional.empty();
    }

    /// Returns the distance between losses, 0 where it is not clear.
    private static long interval(List<Point> sorted) {
        SortedMap<Long, Integer> distances = new TreeMap<>();
        int all = 0;
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).epoch() == sorted.get(i - 1).epoch()) {
                distances.merge(sorted.get(i).step() - sorted.get(i - 1).step(), 1, Integer::sum);
                all++;
            }
        }
        long interval = 0;
        int most = 0;
        for (Map.Entry<Long, Integer> entry : distances.entrySet()) { // of two as frequent, the shorter
            if (entry.getValue() > most) {
                interval = entry.getKey();
                most = entry.getValue();
            }
        }
        return 2 * most >= all ? interval : 0;
    }

    /// @param lastStep of the epochs; 0 where the step counter goes on from epoch to epoch
    private static Optional<Place> missing(Point before, Point after, long interval, long lastStep) {
        if (before.epoch() == after.epoch()) {
            return after.step() - before.step() > interval
                    ? Optional.of(new Place(before.epoch(), before.step() + interval))
                    : Optional.empty();
        }
        if (lastStep == 0) {
            return Optional.empty();
        }
        if (before.step() + interval <= lastStep) {
            return Optional.of(new Place(before.epoch(), before.step() + interval));
        }
        boolean next = after.epoch() == before.epoch() + 1;
        return next && after.step() <= interval
                ? Optional.empty()
                : Optional.of(new Place(before.epoch() + 1, interval));
    }

    private static String sentence(Place missing, long interval, Point before) {
        return "there is a loss every %d steps, but none at [%d, %d], after %s"
                .formatted(interval, missing.epoch(), missing.step(), before.origin());
    }
}
