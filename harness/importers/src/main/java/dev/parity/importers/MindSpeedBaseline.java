package dev.parity.importers;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import dev.parity.trace.TraceRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/// Baselines of MindSpeed-LLM's tests on Ascend: lists of what each iteration of a short run printed, from the
/// first on. Losses were printed with seven digits, gradient norms with three decimals.
public final class MindSpeedBaseline implements LogImporter {
    private static final String LOSS = "lm loss";
    private static final Set<String> BESIDE = Set.of("time info", "memo info", "throughput info");
    private static final double QUANTUM_OF_NORM = 1e-3;

    /// The only public constructor.
    public MindSpeedBaseline() {}

    @Override
    public String format() {
        return "mindspeed-baseline";
    }

    @Override
    public String contents() {
        return "baselines of MindSpeed-LLM's tests: losses and gradient norms by iteration";
    }

    @Override
    public String example() {
        return "{\"lm loss\": [12.44007, 12.44081], \"time info\": [10565.2, 4529.8], \"memo info\": []}";
    }

    /// Other programs may write lists of losses too.
    @Override
    public double confidence(List<String> sample) {
        Set<String> lists = JsonFile.Outline.of(sample).lists();
        if (!lists.contains(LOSS)) {
            return 0;
        }
        return lists.stream().anyMatch(BESIDE::contains) ? 1 : 0.6;
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.OWN, MindSpeedBaseline::pass, found);
    }

    private static void pass(LogSource source, Consumer<TraceRecord> found) {
        Unread unread = new Unread("values");
        Set<String> rest = new LinkedHashSet<>();
        JsonFile.read(source, "the list '%s'".formatted(LOSS), found, (field, file) -> {
            Optional<String> series = Columns.usualSeries(field);
            if (series.isPresent() && file.isList()) {
                list(series.get(), file, found, unread);
            } else {
                rest.add(Unread.excerpt(field));
                file.skip();
            }
        });
        unread.tell(found);
        if (!rest.isEmpty()) {
            found.accept(new TraceRecord.Note("%s: not read: %s".formatted(source.name(), rest), false));
        }
    }

    private static void list(String series, JsonFile file, Consumer<TraceRecord> found, Unread unread) {
        long[] step = {0};
        file.items(() -> {
            step[0]++;
            OptionalDouble value = Numbers.value(file.text());
            if (value.isEmpty()) {
                unread.add(file.origin(), file.text(), "a number");
                file.skip();
            } else {
                double number = value.getAsDouble();
                double quantum = Series.isGradientNorm(series) ? QUANTUM_OF_NORM : Numbers.scientificQuantum(number);
                found.accept(new Point(series, 0, step[0], Point.EVERY_RANK, number, 1, quantum, file.origin()));
            }
        });
    }
}
