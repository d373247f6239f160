package dev.parity.statistics.detectors;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Position;
import dev.parity.trace.Point;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.Series;
import java.util.ArrayList;
import java.util.List;

/// Which overflows of one side have one on the other side at about the same step, one to one.
///
/// @param matched number of them
/// @param reference those that only the reference has, in the order of pairs and steps
/// @param candidate those that only the candidate has
public record OverflowMatch(int matched, List<Position> reference, List<Position> candidate) {
    /// Copies the lists.
    public OverflowMatch {
        reference = List.copyOf(reference);
        candidate = List.copyOf(candidate);
    }

    /// Matches overflows.
    ///
    /// @param pairs one for each seed
    /// @param within steps that two of a match may be apart, at least 0
    /// @return what matches and what does not
    public static OverflowMatch of(List<Alignment> pairs, int within) {
        List<Position> reference = new ArrayList<>();
        List<Position> candidate = new ArrayList<>();
        int matched = 0;
        for (Alignment pair : pairs) {
            List<Position> a = overflows(pair.reference());
            List<Position> b = overflows(pair.candidate());
            int i = 0;
            int j = 0;
            while (i < a.size() || j < b.size()) {
                boolean both = i < a.size() && j < b.size();
                if (both
                        && a.get(i).epoch() == b.get(j).epoch()
                        && Math.abs(a.get(i).step() - b.get(j).step()) <= within) {
                    matched++;
                    i++;
                    j++;
                } else if (j == b.size() || (both && a.get(i).compareTo(b.get(j)) < 0)) {
                    reference.add(a.get(i++));
                } else {
                    candidate.add(b.get(j++));
                }
            }
        }
        return new OverflowMatch(matched, reference, candidate);
    }

    /// Returns the share of the candidate's overflows that match.
    ///
    /// @return percent; NaN where it has none
    public double precision() {
        return 100.0 * matched / (matched + candidate.size());
    }

    /// Returns the share of the reference's overflows that match.
    ///
    /// @return percent; NaN where it has none
    public double recall() {
        return 100.0 * matched / (matched + reference.size());
    }

    /// Returns where a run overflows: the steps it skipped, where it says so for each, else its events.
    private static List<Position> overflows(RunTrace run) {
        List<Point> skips = run.series(Series.SKIPPED);
        return !skips.isEmpty() && skips.stream().allMatch(skip -> skip.window() == 1)
                ? skips.stream()
                        .filter(skip -> skip.value() != 0)
                        .map(Position::of)
                        .toList()
                : run.scaleEvents().stream()
                        .filter(event -> event.kind() != ScaleEvent.Kind.GREW)
                        .map(event -> new Position(event.epoch(), event.step()))
                        .sorted()
                        .toList();
    }
}
