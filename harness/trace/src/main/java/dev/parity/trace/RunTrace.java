package dev.parity.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A whole run, recorded or read from a log.
///
/// @param name where it was read from
/// @param provenance how it came about
/// @param steps recorded steps; empty for a log
/// @param losses losses of a log; of a recorded run the mean over ranks at each step
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
        List<LossPoint> losses,
        List<ScaleEvent> scaleEvents,
        List<Evaluation> evaluations,
        List<String> notes,
        List<String> gaps,
        Optional<TraceRecord.End> end) {
    /// Copies the lists.
    public RunTrace {
        steps = List.copyOf(steps);
        losses = List.copyOf(losses);
        scaleEvents = List.copyOf(scaleEvents);
        evaluations = List.copyOf(evaluations);
        notes = List.copyOf(notes);
        gaps = List.copyOf(gaps);
    }

    /// Adds gaps to those that are known.
    ///
    /// @param more what else is missing or could not be read
    /// @return the run with both
    RunTrace withGaps(List<String> more) {
        List<String> all = new ArrayList<>(gaps);
        all.addAll(more);
        return new RunTrace(name, provenance, steps, losses, scaleEvents, evaluations, notes, all, end);
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
        List<LossPoint> losses = new ArrayList<>();
        List<ScaleEvent> events = new ArrayList<>();
        List<Evaluation> evaluations = new ArrayList<>();
        Optional<TraceRecord.End> end = Optional.empty();
        for (TraceRecord item : records) {
            switch (item) {
                case StepRecord step -> {
                    steps.add(step);
                    losses.add(new LossPoint(step.epoch(), step.step(), step.meanLoss(), 1, 0, null));
                }
                case LossPoint loss -> losses.add(loss);
                case ScaleEvent event -> events.add(event);
                case Evaluation evaluation -> evaluations.add(evaluation);
                case TraceRecord.End last -> end = Optional.of(last);
                case TraceRecord.Header _ -> throw new IllegalArgumentException("%s has two headers".formatted(name));
            }
        }
        Provenance provenance =
                end.map(last -> header.provenance().with(last.context())).orElse(header.provenance());
        return new RunTrace(name, provenance, steps, losses, events, evaluations, List.of(), gaps, end);
    }
}
