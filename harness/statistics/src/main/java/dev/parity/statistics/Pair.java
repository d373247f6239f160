package dev.parity.statistics;

import dev.parity.trace.LossPoint;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// A reference run and a candidate run, aligned.
///
/// @param reference a run
/// @param candidate a run
public record Pair(RunTrace reference, RunTrace candidate) {
    /// Losses of both sides at one step.
    ///
    /// @param reference loss
    /// @param candidate loss
    public record Losses(LossPoint reference, LossPoint candidate) {}

    /// Steps of both sides.
    ///
    /// @param reference a step
    /// @param candidate the same step
    public record Steps(StepRecord reference, StepRecord candidate) {}

    /// Where a loss stands.
    ///
    /// @param epoch from 1; 0 where unknown
    /// @param step within the epoch where there is one, else global
    record Position(int epoch, long step) implements Comparable<Position> {
        @Override
        public int compareTo(Position other) {
            return epoch == other.epoch ? Long.compare(step, other.step) : Integer.compare(epoch, other.epoch);
        }

        @Override
        public String toString() {
            return epoch == 0 ? "step " + step : "step %d of epoch %d".formatted(step, epoch);
        }
    }

    /// Returns where a run's losses stand.
    static SortedSet<Position> positions(RunTrace run) {
        SortedSet<Position> positions = new TreeSet<>();
        run.losses().forEach(point -> positions.add(new Position(point.epoch(), point.step())));
        return positions;
    }

    /// Aligns the losses by epoch and step.
    ///
    /// @return what both sides have, in order
    public List<Losses> losses() {
        Map<Position, LossPoint> right = new HashMap<>();
        for (LossPoint point : candidate.losses()) {
            right.put(new Position(point.epoch(), point.step()), point);
        }
        List<Losses> aligned = new ArrayList<>();
        for (LossPoint point : reference.losses()) {
            LossPoint other = right.get(new Position(point.epoch(), point.step()));
            if (other != null) {
                aligned.add(new Losses(point, other));
            }
        }
        return aligned;
    }

    /// Aligns recorded steps.
    ///
    /// @return what both sides have, in order; empty for logs
    public List<Steps> steps() {
        Map<Long, StepRecord> right = new HashMap<>();
        candidate.steps().forEach(step -> right.put(step.step(), step));
        List<Steps> aligned = new ArrayList<>();
        for (StepRecord step : reference.steps()) {
            StepRecord other = right.get(step.step());
            if (other != null) {
                aligned.add(new Steps(step, other));
            }
        }
        return aligned;
    }
}
