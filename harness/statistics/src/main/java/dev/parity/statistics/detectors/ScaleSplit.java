package dev.parity.statistics.detectors;

import dev.parity.statistics.Alignment;
import dev.parity.statistics.Position;
import dev.parity.trace.Point;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.Series;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the two sides' loss scales part: the first place where skips or scales differ. A skipped step shifts the
/// optimizer, so bounds near rounding hold before it only.
///
/// @param from first step that may be the one
/// @param to last step that may be the one
/// @param lastEqual last place whose loss is of equal histories
public record ScaleSplit(Position from, Position to, Position lastEqual) {
    private static final Position BEGIN = new Position(0, 0);

    /// Finds the split of a pair.
    ///
    /// @param pair of runs
    /// @return empty where nothing that both sides report differs
    public static Optional<ScaleSplit> of(Alignment pair) {
        Optional<ScaleSplit> series = Stream.of(Series.SKIPPED, Series.SKIPPED_SO_FAR, Series.LOSS_SCALE)
                .flatMap(name -> ofSeries(pair, name).stream())
                .min((a, b) -> a.to.compareTo(b.to));
        return series.isPresent()
                        || pair.reference().isLog() != pair.candidate().isLog()
                ? series
                : ofEvents(pair.reference().scaleEvents(), pair.candidate().scaleEvents());
    }

    /// Tells whether a loss is of equal histories.
    ///
    /// @param position of the loss
    /// @return whether the split comes after it
    public boolean covers(Position position) {
        return position.compareTo(lastEqual) <= 0;
    }

    /// Names the place.
    ///
    /// @return such as `step 17` or `steps 41-50`
    @Override
    public String toString() {
        if (from.equals(to)) {
            return to.toString();
        }
        return "steps %d-%d".formatted(from.step(), to.step()) + (to.epoch() == 0 ? "" : " of epoch " + to.epoch());
    }

    private static Optional<ScaleSplit> ofSeries(Alignment pair, String name) {
        Position last = BEGIN;
        for (Alignment.Points points : pair.series(name)) {
            Point point = points.reference();
            Position at = Position.of(point);
            if (point.value() != points.candidate().value()) {
                boolean own = point.window() == 1 && !name.equals(Series.LOSS_SCALE);
                // the loss of a step that is skipped is of the weights before it
                return Optional.of(new ScaleSplit(first(point, last), at, own ? at : last));
            }
            last = at;
        }
        return Optional.empty();
    }

    /// An interval begins behind the one before it, or as far back as its window says.
    private static Position first(Point point, Position last) {
        Position at = Position.of(point);
        if (point.window() == 1) {
            return at;
        }
        long behind = last.epoch() == at.epoch() ? last.step() + 1 : 1;
        return new Position(at.epoch(), point.window() > 1 ? Math.max(behind, at.step() - point.window() + 1) : behind);
    }

    private static Optional<ScaleSplit> ofEvents(List<ScaleEvent> reference, List<ScaleEvent> candidate) {
        for (int i = 0; i < Math.max(reference.size(), candidate.size()); i++) {
            boolean both = i < reference.size() && i < candidate.size();
            if (!both || !same(reference.get(i), candidate.get(i))) {
                int index = i;
                Position at = Stream.of(reference, candidate)
                        .filter(events -> events.size() > index)
                        .map(events -> position(events.get(index)))
                        .min(Position::compareTo)
                        .orElseThrow();
                return Optional.of(new ScaleSplit(at, at, at));
            }
        }
        return Optional.empty();
    }

    private static boolean same(ScaleEvent a, ScaleEvent b) {
        return position(a).equals(position(b)) && a.kind() == b.kind() && a.to() == b.to();
    }

    private static Position position(ScaleEvent event) {
        return new Position(event.epoch(), event.step());
    }

    /// Returns the losses before the split.
    ///
    /// @param pair of runs
    /// @return all where there is none
    public static List<Gap> before(Alignment pair) {
        List<Gap> gaps = Gap.of(pair);
        return of(pair).map(split -> gaps.stream()
                        .filter(gap -> split.covers(gap.position()))
                        .toList())
                .orElse(gaps);
    }
}
