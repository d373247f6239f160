package dev.parity.trace.internal.logs;

import dev.parity.trace.Point;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.Series;
import dev.parity.trace.TraceRecord;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A text log being read: where its training stands, what was told, and what could not be read.
///
/// Ranks may print the same. Of each series the last [#KEPT] points are held back, so that a rank that
/// repeats one of them is counted, not told, and hides no NaN or infinity.
final class Reading {
    private static final int KEPT = 256;

    private final String name;
    private final Consumer<TraceRecord> found;
    private final Map<Place, Point> held = new LinkedHashMap<>();
    private final Map<String, String> facts = new HashMap<>();
    private Optional<String> firstUnread = Optional.empty();
    private Optional<String> firstOther = Optional.empty();
    private Optional<String> firstReturn = Optional.empty();
    private boolean printed;
    private int epoch;
    private long step;
    private long stamp;
    private long losses;
    private long unread;
    private long repeated;
    private long others;
    private long returns;

    /// Where a value stands.
    private record Place(String series, int epoch, long step) {}

    /// @param name of the log
    /// @param found hears what was read
    Reading(String name, Consumer<TraceRecord> found) {
        this.name = name;
        this.found = found;
    }

    String name() {
        return name;
    }

    /// Returns the epoch of what was printed last.
    int epoch() {
        return epoch;
    }

    /// Returns the step that was printed last.
    ///
    /// @return 0 before the first
    long step() {
        return step;
    }

    /// Counts the steps that were printed.
    long stamp() {
        return stamp;
    }

    /// Hears that training came to a step.
    void trained(int nowEpoch, long nowStep) {
        printed = true;
        moved(nowEpoch, nowStep);
    }

    /// Hears of a step in another count than that of the losses, which go before.
    void counted(long nowStep) {
        if (!printed) {
            moved(0, nowStep);
        }
    }

    private void moved(int nowEpoch, long nowStep) {
        if (nowEpoch != epoch || nowStep != step) {
            stamp++;
        }
        epoch = nowEpoch;
        step = nowStep;
    }

    /// Takes a point.
    ///
    /// @return whether it is the first of its place
    boolean point(Point point) {
        Place place = new Place(point.series(), point.epoch(), point.step());
        Point kept = held.putIfAbsent(place, point);
        if (kept == null) {
            losses += point.series().equals(Series.LOSS) || point.series().equals(Series.PERPLEXITY) ? 1 : 0;
            if (held.size() > KEPT) {
                Iterator<Point> eldest = held.values().iterator();
                found.accept(eldest.next());
                eldest.remove();
            }
            return true;
        }
        repeated++;
        if (Double.compare(kept.value(), point.value()) != 0) {
            others++;
            if (firstOther.isEmpty()) {
                firstOther = Optional.of("%s has %s where %s has %s"
                        .formatted(point.origin(), point.value(), kept.origin(), kept.value()));
            }
        }
        if (Double.isFinite(kept.value()) && !Double.isFinite(point.value())) {
            held.put(place, point);
        }
        return false;
    }

    /// Takes what a line prints of a series.
    ///
    /// @param text of the value
    /// @param window steps that it covers; 0 where unknown
    /// @throws NumberFormatException if it is no number
    boolean value(String series, int ofEpoch, long ofStep, String text, int window, Text line) {
        return point(new Point(
                series,
                ofEpoch,
                ofStep,
                Point.EVERY_RANK,
                Numbers.parse(text),
                window,
                Numbers.quantum(text),
                line.origin()));
    }

    /// Sets the number of steps that held points cover.
    void cover(String series, int ofEpoch, long ofStep, int window) {
        held.computeIfPresent(
                new Place(series, ofEpoch, ofStep),
                (_, point) -> new Point(
                        point.series(),
                        point.epoch(),
                        point.step(),
                        point.rank(),
                        point.value(),
                        window,
                        point.quantum(),
                        point.origin()));
    }

    /// Tells what needs no other line.
    void tell(TraceRecord item) {
        found.accept(item);
    }

    /// Takes a scale event at the place that was printed last.
    void event(ScaleEvent.Kind kind, double from, double to, String origin) {
        tell(new ScaleEvent(epoch, step, false, kind, from, to, origin));
    }

    /// Takes a fact; of what ranks repeat only what is new.
    void fact(String key, String value, boolean underTest, String origin) {
        String known = facts.putIfAbsent(key, value);
        if (known == null || (!known.equals(value) && facts.putIfAbsent(key + "\n", value) == null)) {
            tell(new TraceRecord.Fact(key, value, underTest, origin));
        }
    }

    /// Tells whether a fact is known.
    boolean knows(String key) {
        return facts.containsKey(key);
    }

    void note(String text) {
        tell(new TraceRecord.Note(text, false));
    }

    void gap(String text) {
        tell(new TraceRecord.Note(text, true));
    }

    /// Counts a line that another rank printed too.
    void repeated() {
        repeated++;
    }

    /// Counts what seems to hold a number and could not be read.
    void unread(Text line) {
        unread++;
        if (firstUnread.isEmpty()) {
            firstUnread = Optional.of("%s: '%s'".formatted(line.origin(), line.excerpt()));
        }
    }

    /// Counts a step that comes after a later one.
    void returned(long to, Text line) {
        returns++;
        if (firstReturn.isEmpty()) {
            firstReturn = Optional.of("%s goes back from step %d to %d".formatted(line.origin(), step, to));
        }
    }

    /// Tells what was held back and what was counted.
    ///
    /// @param example of a line with a loss
    void end(String example) {
        held.values().forEach(found);
        held.clear();
        if (repeated > 0) {
            note("%s: %d lines repeated by other ranks were counted once".formatted(name, repeated));
        }
        firstOther.ifPresent(first ->
                note("%d repeated values differ from those that were kept, the first: %s".formatted(others, first)));
        if (losses == 0) {
            gap("%s: no loss was recognised: expected lines such as '%s'".formatted(name, example));
        }
        firstUnread.ifPresent(
                first -> gap("%d lines of a loss, a loss scale or an accuracy could not be read, the first is %s"
                        .formatted(unread, first)));
        firstReturn.ifPresent(first -> gap(
                "the step counter goes back %d times: the run was resumed, or more than one is in the log; the first: %s"
                        .formatted(returns, first)));
    }
}
