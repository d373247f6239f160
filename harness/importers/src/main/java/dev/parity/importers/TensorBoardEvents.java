package dev.parity.importers;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parity.importers.event.Event;
import dev.parity.importers.event.Summary;
import dev.parity.importers.event.Tensor;
import dev.parity.trace.ColumnMap;
import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.TraceFormatException;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Event files of TensorBoard: scalars by tag and step. The files of a folder make up a run, in the order of
/// the times in their names; a file may hold nothing but its header.
public final class TensorBoardEvents implements LogImporter {
    private static final Pattern PART = Pattern.compile(".*tfevents\\.(\\d{1,18})(?:\\..*)?");

    /// Text of the first record.
    private static final String VERSION = "brain.Event:";

    /// Where it stands: a byte of the checksum may look like a line's end.
    private static final int LINES_OF_VERSION = 8;

    /// TensorFlow's numbers of types.
    private static final int FLOAT = 1;

    private static final int DOUBLE = 2;

    private final ColumnMap map;

    /// Looks for the usual tags.
    public TensorBoardEvents() {
        this(ColumnMap.USUAL);
    }

    private TensorBoardEvents(ColumnMap map) {
        this.map = map;
    }

    @Override
    public String format() {
        return "tensorboard";
    }

    @Override
    public String contents() {
        return "event files: scalars of the usual tags, or of any with --map; a folder of them is a run";
    }

    @Override
    public String example() {
        return "events.out.tfevents.1785441771 (binary): tag train_loss, step 1718, value 0.14648";
    }

    @Override
    public double confidence(List<String> sample) {
        return sample.stream()
                        .limit(LINES_OF_VERSION)
                        .anyMatch(line -> line.contains(VERSION) && line.indexOf(VERSION) < 40)
                ? 1
                : 0;
    }

    @Override
    public boolean isPart(String name) {
        return PART.matcher(name).matches();
    }

    @Override
    public boolean hasColumns() {
        return true;
    }

    @Override
    public LogImporter with(ColumnMap columns) {
        return new TensorBoardEvents(columns);
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.OWN, this::pass, found);
    }

    private void pass(LogSource source, Consumer<TraceRecord> found) {
        Reading reading = new Reading(new Columns(map), found);
        source.parts().stream()
                .sorted(Comparator.comparingLong(TensorBoardEvents::time).thenComparing(Comparator.naturalOrder()))
                .forEach(reading::file);
        reading.end(source.name());
    }

    private static long time(Path part) {
        Matcher matcher = PART.matcher(String.valueOf(part.getFileName()));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static final class Reading {
        private final Columns columns;
        private final Consumer<TraceRecord> found;
        private final Unread unread = new Unread("records");
        private double clock = Double.NEGATIVE_INFINITY;
        private Optional<String> clockWentBack = Optional.empty();

        Reading(Columns columns, Consumer<TraceRecord> found) {
            this.columns = columns;
            this.found = found;
        }

        void file(Path part) {
            String name = String.valueOf(part.getFileName());
            try (InputStream in = LogSource.bytes(part)) {
                EventRecords records = new EventRecords(name, in, found);
                for (Optional<EventRecords.Item> item = records.next(); item.isPresent(); item = records.next()) {
                    event(item.get());
                }
            } catch (IOException problem) {
                throw new UncheckedIOException("cannot read " + part, problem);
            }
        }

        private void event(EventRecords.Item item) {
            Event event;
            try {
                event = Event.parseFrom(item.data());
            } catch (InvalidProtocolBufferException problem) {
                unread.add(item.origin(), String.valueOf(problem.getMessage()), "an event");
                return;
            }
            if (event.getWallTime() < clock) {
                clockWentBack = clockWentBack.or(() -> Optional.of(item.origin()));
            }
            clock = event.getWallTime();
            for (Summary.Value value : event.getSummary().getValueList()) {
                value(value, event.getStep(), item.origin());
            }
        }

        private void value(Summary.Value value, long step, String origin) {
            try {
                columns.bind(Set.of(value.getTag()));
            } catch (IllegalArgumentException problem) {
                throw new TraceFormatException("%s: %s".formatted(origin, problem.getMessage()), problem);
            }
            Optional<String> series = columns.seriesOf(value.getTag());
            if (series.isEmpty()) {
                return;
            }
            boolean whole = !value.hasSimpleValue() && value.getTensor().getDtype() == DOUBLE;
            OptionalDouble number =
                    value.hasSimpleValue() ? OptionalDouble.of(value.getSimpleValue()) : scalar(value.getTensor());
            if (number.isEmpty() || step < 0) {
                unread.add(origin, value.getTag(), "a number at a step of at least 0");
                return;
            }
            double at = number.getAsDouble();
            double quantum = whole || !Double.isFinite(at) ? 0 : Math.ulp((float) at);
            found.accept(new Point(series.get(), 0, step, Point.EVERY_RANK, at, 0, quantum, origin));
        }

        private static OptionalDouble scalar(Tensor tensor) {
            ByteString content = tensor.getContent();
            return switch (tensor.getDtype()) {
                case FLOAT -> {
                    if (tensor.getFloatValCount() == 1) {
                        yield OptionalDouble.of(tensor.getFloatVal(0));
                    }
                    yield content.size() == Float.BYTES
                            ? OptionalDouble.of(content.asReadOnlyByteBuffer()
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getFloat())
                            : OptionalDouble.empty();
                }
                case DOUBLE -> {
                    if (tensor.getDoubleValCount() == 1) {
                        yield OptionalDouble.of(tensor.getDoubleVal(0));
                    }
                    yield content.size() == Double.BYTES
                            ? OptionalDouble.of(content.asReadOnlyByteBuffer()
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getDouble())
                            : OptionalDouble.empty();
                }
                default -> OptionalDouble.empty();
            };
        }

        void end(String name) {
            unread.tell(found);
            Set<String> missing = columns.missing();
            if (!missing.isEmpty()) {
                throw new TraceFormatException(
                        "%s: found no tag %s, there are %s".formatted(name, missing, columns.all()));
            }
            clockWentBack.ifPresent(
                    origin -> note("%s: the clock goes back here: files count in the order of the times in their names"
                            .formatted(origin)));
            if (columns.series().isEmpty()) {
                found.accept(new TraceRecord.Note(
                        "%s: found the tags %s, expected a loss: name it, such as --map loss='…'"
                                .formatted(name, columns.all()),
                        true));
            } else if (!columns.rest().isEmpty()) {
                note("%s: not read: %s".formatted(name, columns.rest()));
            }
        }

        private void note(String text) {
            found.accept(new TraceRecord.Note(text, false));
        }
    }
}
