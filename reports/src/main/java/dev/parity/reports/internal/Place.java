package dev.parity.reports.internal;

import dev.parity.statistics.Alignment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The losses of all pairs at one step, or at several drawn together.
///
/// @param step on the axis, the last one
/// @param pairs that have it
/// @param reference losses
/// @param candidate losses
/// @param gap relative difference of the mean losses at each step, percent
record Place(long step, int pairs, Range reference, Range candidate, Range gap) {
    /// Several values.
    ///
    /// @param sum of them
    /// @param n how many
    /// @param low the smallest; NaN if one is
    /// @param high the largest
    record Range(double sum, int n, double low, double high) {
        static Range of(double value) {
            return new Range(value, 1, value, value);
        }

        double mean() {
            return sum / n;
        }

        Range plus(Range other) {
            return new Range(sum + other.sum, n + other.n, Math.min(low, other.low), Math.max(high, other.high));
        }
    }

    private Place with(Range difference) {
        return new Place(step, pairs, reference, candidate, difference);
    }

    /// Finds the steps that all pairs have.
    ///
    /// @param pairs aligned runs
    /// @param axis of their steps
    /// @return in ascending order
    static List<Place> of(List<Alignment> pairs, StepAxis axis) {
        SortedMap<Long, Place> places = new TreeMap<>();
        for (Alignment pair : pairs) {
            for (Alignment.Points losses : pair.losses()) {
                long step = axis.at(losses.reference());
                Range reference = Range.of(losses.reference().value());
                Range candidate = Range.of(losses.candidate().value());
                places.merge(
                        step,
                        new Place(step, 1, reference, candidate, reference),
                        (a, b) -> new Place(
                                step,
                                a.pairs + b.pairs,
                                a.reference.plus(b.reference),
                                a.candidate.plus(b.candidate),
                                a.gap));
            }
        }
        return places.values().stream()
                .filter(place -> place.pairs() == pairs.size())
                .map(place -> place.with(Range.of(100 * (place.candidate.sum / place.reference.sum - 1))))
                .toList();
    }

    /// Draws neighbouring places together.
    ///
    /// @param places in ascending order
    /// @param most how many may be left
    /// @return each with the extremes of what it stands for
    static List<Place> bins(List<Place> places, int most) {
        int size = (places.size() + most - 1) / most;
        List<Place> bins = new ArrayList<>();
        for (int first = 0; first < places.size(); first += size) {
            List<Place> some = places.subList(first, Math.min(first + size, places.size()));
            bins.add(some.stream()
                    .reduce((a, b) -> new Place(
                            b.step,
                            a.pairs,
                            a.reference.plus(b.reference),
                            a.candidate.plus(b.candidate),
                            a.gap.plus(b.gap)))
                    .orElseThrow());
        }
        return bins;
    }
}
