package dev.parity.statistics;

import dev.parity.trace.Point;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Where a point of a series stands.
///
/// @param epoch from 1; 0 where unknown
/// @param step within the epoch where there is one, else global
public record Position(int epoch, long step) implements Comparable<Position> {
    /// Returns where a point stands.
    ///
    /// @param point of any series
    /// @return its place
    public static Position of(Point point) {
        return new Position(point.epoch(), point.step());
    }

    /// Returns where points stand.
    ///
    /// @param points of one series
    /// @return each place once
    public static SortedSet<Position> of(List<Point> points) {
        SortedSet<Position> positions = new TreeSet<>();
        points.forEach(point -> positions.add(of(point)));
        return positions;
    }

    @Override
    public int compareTo(Position other) {
        return epoch == other.epoch ? Long.compare(step, other.step) : Integer.compare(epoch, other.epoch);
    }

    @Override
    public String toString() {
        return epoch == 0 ? "step " + step : "step %d of epoch %d".formatted(step, epoch);
    }
}
