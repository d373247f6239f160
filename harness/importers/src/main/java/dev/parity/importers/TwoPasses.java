package dev.parity.importers;

import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Reads a file twice, so that what only its end shows is known from its first point, in a memory that does not
/// grow with the file.
///
/// What a later part of the file says again counts from there on: after a resume, a run writes steps again that
/// the run before it had written already. And where digits are cut off at the right, the finest number of a
/// series shows how finely all of them are printed.
final class TwoPasses {
    /// More steps back than this are no resumes.
    private static final int MOST_RESUMES = 10_000;

    /// Series and rank.
    private record Key(String series, int rank) {
        static Key of(Point point) {
            return new Key(point.series(), point.rank());
        }
    }

    private record Place(int epoch, long step) implements Comparable<Place> {
        static Place of(Point point) {
            return new Place(point.epoch(), point.step());
        }

        @Override
        public int compareTo(Place other) {
            return epoch == other.epoch ? Long.compare(step, other.step) : Integer.compare(epoch, other.epoch);
        }
    }

    /// A place at or before one that was read earlier.
    ///
    /// @param index of the point in its series
    private record Return(long index, Place place) {}

    private static final class Survey {
        private final Deque<Return> returns = new ArrayDeque<>();
        private Optional<Place> last = Optional.empty();
        private double quantum = Double.POSITIVE_INFINITY;
        private long count;
        private long again;
        private long dropped;
        private long droppedNonFinite;
        private Optional<String> firstReturn = Optional.empty();

        void look(Point point) {
            Place place = Place.of(point);
            if (last.isPresent() && place.compareTo(last.get()) <= 0) {
                String origin = String.valueOf(point.origin());
                while (!returns.isEmpty() && returns.getLast().place.compareTo(place) >= 0) {
                    returns.removeLast(); // this one takes back all that that one does
                }
                if (returns.size() == MOST_RESUMES) {
                    throw new TraceFormatException(
                            "%s: the steps of %s went back %d times: expected a run's steps in their order"
                                    .formatted(origin, point.series(), MOST_RESUMES));
                }
                returns.addLast(new Return(count, place));
                firstReturn = firstReturn.or(() -> Optional.of(origin));
            }
            last = Optional.of(place);
            if (Double.isFinite(point.value())) {
                quantum = Math.min(quantum, point.quantum());
            }
            count++;
        }

        /// @return whether no later point of the series stands for this step or an earlier one
        boolean keeps(Point point) {
            while (!returns.isEmpty() && returns.getFirst().index <= again) {
                returns.removeFirst();
            }
            again++;
            boolean kept = returns.isEmpty() || returns.getFirst().place.compareTo(Place.of(point)) > 0;
            if (!kept) {
                dropped++;
                droppedNonFinite += Double.isFinite(point.value()) ? 0 : 1;
            }
            return kept;
        }

        Point asFine(Point point) {
            return new Point(
                    point.series(),
                    point.epoch(),
                    point.step(),
                    point.rank(),
                    point.value(),
                    point.window(),
                    Math.min(quantum, point.quantum()),
                    point.origin());
        }

        void tell(String series, Consumer<TraceRecord> found) {
            if (dropped > 0) {
                String text =
                        "%s: steps of %s are written again from here on: the later of two counts, %d points were dropped, %d of them not finite"
                                .formatted(firstReturn.orElseThrow(), series, dropped, droppedNonFinite);
                found.accept(new TraceRecord.Note(text, 2 * dropped > count));
            }
        }
    }

    /// How fine the points of a series are.
    enum Quantum {
        /// As each point says.
        OWN,
        /// As the finest of them says.
        FINEST
    }

    private final Quantum quantum;
    private final Map<Key, Survey> surveys = new LinkedHashMap<>();
    private Optional<String> firstGap = Optional.empty();

    private TwoPasses(Quantum quantum) {
        this.quantum = quantum;
    }

    /// Reads lines twice.
    ///
    /// @param source at its first line
    /// @param quantum how fine points are
    /// @param pass reads all lines, of a source at its first line
    /// @param found hears what is told once
    /// @throws TraceFormatException if the file holds no number
    static void readLines(
            LogSource source,
            Quantum quantum,
            BiConsumer<LogSource, Consumer<TraceRecord>> pass,
            Consumer<TraceRecord> found) {
        TwoPasses passes = new TwoPasses(quantum);
        try (LogSource again = LogSource.open(source.parts().getFirst())) {
            pass.accept(again, passes::look);
        }
        passes.check(source.name());
        pass.accept(source, item -> passes.tell(item, found));
        passes.end(found);
    }

    /// Reads the bytes of files twice.
    ///
    /// @param source the files
    /// @param quantum how fine points are
    /// @param pass opens the files and reads them
    /// @param found hears what is told once
    /// @throws TraceFormatException if the files hold no number
    static void readBytes(
            LogSource source,
            Quantum quantum,
            BiConsumer<LogSource, Consumer<TraceRecord>> pass,
            Consumer<TraceRecord> found) {
        TwoPasses passes = new TwoPasses(quantum);
        pass.accept(source, passes::look);
        passes.check(source.name());
        pass.accept(source, item -> passes.tell(item, found));
        passes.end(found);
    }

    private void look(TraceRecord item) {
        if (item instanceof Point point) {
            surveys.computeIfAbsent(Key.of(point), _ -> new Survey()).look(point);
        } else if (item instanceof TraceRecord.Note note && note.gap() && firstGap.isEmpty()) {
            firstGap = Optional.of(note.text());
        }
    }

    private void check(String name) {
        if (surveys.isEmpty()) {
            throw new TraceFormatException(firstGap.orElse("%s: found no number of a training run".formatted(name)));
        }
    }

    private void tell(TraceRecord item, Consumer<TraceRecord> found) {
        if (!(item instanceof Point point)) {
            found.accept(item);
            return;
        }
        Survey survey = surveys.computeIfAbsent(Key.of(point), _ -> new Survey());
        if (survey.keeps(point)) {
            found.accept(quantum == Quantum.OWN ? point : survey.asFine(point));
        }
    }

    private void end(Consumer<TraceRecord> found) {
        surveys.forEach((key, survey) -> survey.tell(key.series(), found));
    }
}
