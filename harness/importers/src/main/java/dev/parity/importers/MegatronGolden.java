package dev.parity.importers;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/// Golden values of Megatron's functional tests: of each metric the values of single steps, rounded to five
/// decimals, as an object by step, or in older files as a list from `start_step` on, each `step_interval`.
/// Values that are not finite are texts.
public final class MegatronGolden implements LogImporter {
    private static final String START = "start_step";
    private static final String END = "end_step";
    private static final String INTERVAL = "step_interval";
    private static final String VALUES = "values";

    private static final double QUANTUM = 1e-5;

    /// Values of one metric: they wait for the interval, which may stand behind them.
    private static final int MOST = 1 << 20;

    /// The only public constructor.
    public MegatronGolden() {}

    @Override
    public String format() {
        return "megatron-golden";
    }

    @Override
    public String contents() {
        return "golden values of Megatron's tests: losses and counts of zeros by step";
    }

    @Override
    public String example() {
        return "{\"lm loss\": {\"start_step\": 1, \"end_step\": 2, \"step_interval\": 1, \"values\": {\"1\": 10.93107, \"2\": 10.93027}}}";
    }

    @Override
    public double confidence(List<String> sample) {
        return JsonFile.Outline.of(sample).inner().containsAll(Set.of(START, END, INTERVAL)) ? 1 : 0;
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.OWN, MegatronGolden::pass, found);
    }

    private static void pass(LogSource source, Consumer<TraceRecord> found) {
        Unread unread = new Unread("values");
        Set<String> rest = new LinkedHashSet<>();
        JsonFile.read(source, "metrics, each with " + VALUES, found, (metric, file) -> {
            Optional<String> series = Columns.usualSeries(metric);
            if (series.isPresent() && file.isObject()) {
                Metric values = new Metric(metric, file.origin());
                file.fields(field -> values.read(field, file, unread));
                values.tell(series.get(), found, unread);
            } else {
                rest.add(Unread.excerpt(metric));
                file.skip();
            }
        });
        unread.tell(found);
        if (!rest.isEmpty()) {
            found.accept(new TraceRecord.Note("%s: not read: %s".formatted(source.name(), rest), false));
        }
    }

    /// A value as it is written.
    ///
    /// @param step where the file says it
    private record Value(OptionalLong step, String text, String origin) {}

    private static final class Metric {
        private final String name;
        private final String origin;
        private final List<Value> values = new ArrayList<>();
        private OptionalLong start = OptionalLong.empty();
        private OptionalLong end = OptionalLong.empty();
        private OptionalLong interval = OptionalLong.empty();

        Metric(String name, String origin) {
            this.name = name;
            this.origin = origin;
        }

        void read(String field, JsonFile file, Unread unread) {
            switch (field) {
                case START -> start = Numbers.step(file.text());
                case END -> end = Numbers.step(file.text());
                case INTERVAL -> interval = Numbers.step(file.text());
                default -> {}
            }
            if (field.equals(VALUES) && file.isObject()) {
                file.fields(step -> {
                    OptionalLong place = Numbers.step(step);
                    if (place.isEmpty()) {
                        unread.add(file.origin(), step, "a step");
                    } else {
                        add(new Value(place, file.text(), file.origin()), unread);
                    }
                    file.skip();
                });
            } else if (field.equals(VALUES) && file.isList()) {
                file.items(() -> {
                    add(new Value(OptionalLong.empty(), file.text(), file.origin()), unread);
                    file.skip();
                });
            } else {
                file.skip();
            }
        }

        private void add(Value value, Unread unread) {
            if (values.size() < MOST) {
                values.add(value);
            } else {
                unread.add(value.origin, value.text, "at most %d values of a metric".formatted(MOST));
            }
        }

        void tell(String series, Consumer<TraceRecord> found, Unread unread) {
            if (start.isEmpty() || end.isEmpty() || interval.orElse(0) == 0) {
                found.accept(new TraceRecord.Note(
                        "%s: '%s' needs whole numbers %s, %s and %s, the last at least 1: its %d values were not read"
                                .formatted(origin, name, START, END, INTERVAL, values.size()),
                        true));
                return;
            }
            long next = start.getAsLong();
            for (Value value : values) {
                OptionalDouble number = Numbers.value(value.text);
                if (number.isEmpty()) {
                    unread.add(value.origin, value.text, "a number");
                } else {
                    found.accept(new Point(
                            series,
                            0,
                            value.step.orElse(next),
                            Point.EVERY_RANK,
                            number.getAsDouble(),
                            series.equals(Series.VALIDATION_LOSS) ? 0 : 1,
                            Double.isFinite(number.getAsDouble()) && !series.equals(Series.ZEROS) ? QUANTUM : 0,
                            value.origin));
                }
                next += interval.getAsLong();
            }
            count(found);
        }

        /// A list ends before `end_step`, an object with it.
        private void count(Consumer<TraceRecord> found) {
            boolean list = values.stream().anyMatch(value -> value.step.isEmpty());
            long last = end.getAsLong() - (list ? 1 : 0);
            long expected = Math.max(0, Math.floorDiv(last - start.getAsLong(), interval.getAsLong()) + 1);
            if (values.size() != expected) {
                found.accept(new TraceRecord.Note(
                        "%s: '%s' has %d values, expected %d of the steps from %d to %d, each %d"
                                .formatted(
                                        origin,
                                        name,
                                        values.size(),
                                        expected,
                                        start.getAsLong(),
                                        end.getAsLong(),
                                        interval.getAsLong()),
                        true));
            }
        }
    }
}
