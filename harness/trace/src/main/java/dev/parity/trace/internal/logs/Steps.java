package dev.parity.trace.internal.logs;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/// The steps at which a log printed, and which one is missing among them. Lines may stand out of order by
/// a few; of the steps only so many are kept.
final class Steps {
    /// Places that are brought into order, distances and ends of epochs that are told apart.
    private static final int KEPT = 64;

    private final PriorityQueue<Place> waiting = new PriorityQueue<>(Place.ORDER);
    private final Map<Long, Found> distances = new HashMap<>();
    private final Map<Boundary, Place> boundaries = new HashMap<>();
    private Optional<Place> last = Optional.empty();
    private long pairs;
    private long lastStep;
    private boolean restarts;

    /// Where something was printed.
    private record Place(int epoch, long step, String origin) {
        /// Counts the epochs from 1 where the log does not say the first.
        int pass() {
            return Math.max(1, epoch);
        }

        static final Comparator<Place> ORDER = (one, other) ->
                one.epoch == other.epoch ? Long.compare(one.step, other.step) : Integer.compare(one.epoch, other.epoch);
    }

    /// How often a distance was found, and the first place before it.
    private record Found(long count, Place before) {}

    /// The last step of an epoch, the first of a later one, and how many epochs later that is.
    private record Boundary(long before, long after, int epochs) {}

    /// A place where something is missing.
    private record Hole(Place before, int epoch, long step) {}

    void add(int epoch, long step, String origin) {
        waiting.add(new Place(epoch, step, origin));
        if (waiting.size() > KEPT) {
            sorted(waiting.remove());
        }
    }

    private void sorted(Place place) {
        lastStep = Math.max(lastStep, place.step);
        last.ifPresent(before -> {
            restarts |= place.step <= before.step;
            if (before.epoch == place.epoch) {
                pairs++;
                long distance = place.step - before.step;
                Found found = distances.get(distance);
                if (found != null || distances.size() < KEPT) {
                    distances.put(
                            distance, found == null ? new Found(1, before) : new Found(found.count + 1, found.before));
                }
            } else if (boundaries.size() < KEPT) {
                boundaries.putIfAbsent(new Boundary(before.step, place.step, place.pass() - before.pass()), before);
            }
        });
        last = Optional.of(place);
    }

    /// Finds the first step that is missing in a log that prints every so many steps. The interval is the
    /// most frequent distance within an epoch, if at least half of them are. A log may begin anywhere; where
    /// its step counter restarts, each later epoch begins with the interval, and all reach the same last step.
    ///
    /// @param finished whether the log left its last epoch too
    /// @return what is missing, as one sentence; empty if nothing is, or there is no clear interval
    Optional<String> hole(boolean finished) {
        while (!waiting.isEmpty()) {
            sorted(waiting.remove());
        }
        long interval = interval();
        if (interval == 0 || last.isEmpty()) {
            return Optional.empty();
        }
        Optional<Hole> first = distances.entrySet().stream()
                .filter(entry -> entry.getKey() > interval)
                .map(entry -> after(entry.getValue().before, interval))
                .min(Comparator.comparing(Hole::before, Place.ORDER));
        if (restarts) {
            for (Map.Entry<Boundary, Place> entry : boundaries.entrySet()) {
                Optional<Hole> hole = hole(entry.getKey(), entry.getValue(), interval);
                if (hole.isPresent()
                        && (first.isEmpty() || Place.ORDER.compare(hole.get().before, first.get().before) < 0)) {
                    first = hole;
                }
            }
            if (first.isEmpty() && finished && last.get().step + interval <= lastStep) {
                first = Optional.of(after(last.get(), interval));
            }
        }
        return first.map(hole -> "there is a loss every %d steps, but none at %s, after %s"
                .formatted(
                        interval,
                        hole.epoch == 0 ? "step " + hole.step : "[%d, %d]".formatted(hole.epoch, hole.step),
                        hole.before.origin));
    }

    private static Hole after(Place before, long interval) {
        return new Hole(before, before.epoch, before.step + interval);
    }

    private Optional<Hole> hole(Boundary boundary, Place before, long interval) {
        if (before.step + interval <= lastStep) {
            return Optional.of(after(before, interval));
        }
        return boundary.epochs == 1 && boundary.after <= interval
                ? Optional.empty()
                : Optional.of(new Hole(before, before.pass() + 1, interval));
    }

    /// Returns the distance between losses, 0 where it is not clear; of two as frequent, the shorter.
    private long interval() {
        return distances.entrySet().stream()
                .max(Comparator.<Map.Entry<Long, Found>>comparingLong(entry -> entry.getValue().count)
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .filter(most -> 2 * most.getValue().count >= pairs)
                .map(Map.Entry::getKey)
                .orElse(0L);
    }
}
