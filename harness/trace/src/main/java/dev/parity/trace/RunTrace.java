package dev.parity.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;

/// A whole run, recorded or read from a log.
///
/// @param name where it was read from
/// @param provenance how it came about
/// @param steps recorded steps; empty for a log
/// @param points what a log prints over its steps, in the order of its lines
/// @param scaleEvents what the loss scaler did
/// @param evaluations accuracies
/// @param notes what the reader wants known
/// @param gaps what is missing or could not be read, such as the end of a file that was cut: a run with a gap is
///     not whole, and shows no parity
/// @param end the closing record; absent if the run did not come to its end
public record RunTrace(
        String name,
        Provenance provenance,
        List<StepRecord> steps,
        List<Point> points,
        List<ScaleEvent> scaleEvents,
        List<Evaluation> evaluations,
        List<String> notes,
        List<String> gaps,
        Optional<TraceRecord.End> end) {
    /// Copies the lists.
    public RunTrace {
        steps = List.copyOf(steps);
        points = List.copyOf(points);
        scaleEvents = List.copyOf(scaleEvents);
        evaluations = List.copyOf(evaluations);
        notes = List.copyOf(notes);
        gaps = List.copyOf(gaps);
    }

    /// Tells whether the run was read from a log: nobody recorded its steps one by one.
    ///
    /// @return false for a trace, even one without a step
    public boolean isLog() {
        return !provenance.source().equals(Provenance.RECORDED);
    }

    /// Names what the run reports over its steps.
    ///
    /// @return names of series that have a point
    public SortedSet<String> seriesNames() {
        SortedSet<String> names = new TreeSet<>();
        points.forEach(point -> names.add(point.series()));
        for (StepRecord step : steps) {
            step.gradNorm().keySet().forEach(parameter -> names.add(Series.gradientNorm(parameter)));
        }
        if (!steps.isEmpty()) {
            names.addAll(List.of(Series.LOSS, Series.LEARNING_RATE, Series.LOSS_SCALE, Series.SKIPPED));
        }
        return names;
    }

    /// Returns what the run reports of one quantity.
    ///
    /// @param series a name of [Series]
    /// @return its points in the order of the steps, or of the lines; empty if it reports none
    public List<Point> series(String series) {
        List<Point> found = new ArrayList<>();
        for (StepRecord step : steps) {
            OptionalDouble value = Series.of(step, series);
            if (value.isPresent()) {
                found.add(new Point(
                        series, step.epoch(), step.step(), Point.EVERY_RANK, value.getAsDouble(), 1, 0, null));
            }
        }
        for (Point point : points) {
            if (point.series().equals(series)) {
                found.add(point);
            }
        }
        return found;
    }

    /// Returns the losses.
    ///
    /// @return the series [Series#LOSS]
    public List<Point> losses() {
        return series(Series.LOSS);
    }

    /// Says where a point stands.
    ///
    /// @param point of this run
    /// @return file and line, or the run's name and the step
    public String origin(Point point) {
        String origin = point.origin();
        return origin == null ? origin(point.step()) : origin;
    }

    /// Says where a recorded step stands.
    ///
    /// @param step global
    /// @return the run's name and the step
    public String origin(long step) {
        return "%s, step %d".formatted(name, step);
    }

    /// Sorts records into a run.
    ///
    /// @param name where they were read from
    /// @param header the first record
    /// @param records all others, in order
    /// @param gaps what is missing or could not be read
    /// @return the run
    public static RunTrace of(String name, TraceRecord.Header header, List<TraceRecord> records, List<String> gaps) {
        List<StepRecord> steps = new ArrayList<>();
        List<Point> points = new ArrayList<>();
        List<ScaleEvent> events = new ArrayList<>();
        List<Evaluation> evaluations = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        List<String> missing = new ArrayList<>(gaps);
        Facts facts = new Facts(header.provenance());
        Optional<TraceRecord.End> end = Optional.empty();
        for (TraceRecord item : records) {
            switch (item) {
                case StepRecord step -> steps.add(step);
                case Point point -> points.add(point);
                case ScaleEvent event -> events.add(event);
                case Evaluation evaluation -> evaluations.add(evaluation);
                case TraceRecord.Fact fact -> facts.add(fact).ifPresent(missing::add);
                case TraceRecord.Note(String text, boolean gap) -> (gap ? missing : notes).add(text);
                case TraceRecord.End last -> end = Optional.of(last);
                case TraceRecord.Header _ -> throw new IllegalArgumentException("%s has two headers".formatted(name));
            }
        }
        Provenance known = facts.provenance();
        Provenance provenance = end.map(last -> known.with(last.context())).orElse(known);
        return new RunTrace(name, provenance, steps, points, events, evaluations, notes, missing, end);
    }
}
