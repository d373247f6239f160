package dev.parity.importers;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.Series;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/// Reference convergence points of MLPerf training: for each benchmark and batch size, after how many epochs
/// (or samples, as the benchmark counts) each of several runs converged. There is no loss in them: the runs take the
/// place of steps, counted from 1.
public final class MlperfPoints implements LogImporter {
    private static final String EPOCHS = "Epochs to converge";
    private static final String BENCHMARK = "Benchmark";
    private static final String BATCH = "BS";

    /// The only public constructor.
    public MlperfPoints() {}

    @Override
    public String format() {
        return "mlperf-rcp";
    }

    @Override
    public String contents() {
        return "reference convergence points of MLPerf: when runs converged";
    }

    @Override
    public String example() {
        return "{\"bert_ref_256\": {\"Benchmark\": \"bert\", \"BS\": 256, \"Epochs to converge\": [2834944, 2508800]}}";
    }

    @Override
    public double confidence(List<String> sample) {
        return JsonFile.Outline.of(sample).inner().contains(EPOCHS) ? 1 : 0;
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.OWN, MlperfPoints::pass, found);
    }

    private static void pass(LogSource source, Consumer<TraceRecord> found) {
        Unread unread = new Unread("values");
        JsonFile.read(source, "points, each with '%s'".formatted(EPOCHS), found, (point, file) -> {
            if (file.isObject()) {
                point(point, file, found, unread);
            } else {
                file.skip();
            }
        });
        unread.tell(found);
    }

    private static void point(String name, JsonFile file, Consumer<TraceRecord> found, Unread unread) {
        String origin = file.origin();
        List<String> what = new ArrayList<>();
        long[] run = {0};
        file.fields(field -> {
            if (field.equals(EPOCHS) && file.isList()) {
                file.items(() -> {
                    run[0]++;
                    OptionalDouble value = Numbers.value(file.text());
                    if (value.isEmpty()) {
                        unread.add(file.origin(), file.text(), "a number");
                        file.skip();
                    } else {
                        found.accept(new Point(
                                Series.convergence(name),
                                0,
                                run[0],
                                Point.EVERY_RANK,
                                value.getAsDouble(),
                                0,
                                Numbers.quantum(file.text()),
                                file.origin()));
                    }
                });
            } else {
                if (field.equals(BENCHMARK) || field.equals(BATCH)) {
                    what.add("%s %s".formatted(field, Unread.excerpt(file.text())));
                }
                file.skip();
            }
        });
        found.accept(new TraceRecord.Note(
                "%s: '%s' is of %d runs, %s".formatted(origin, Unread.excerpt(name), run[0], String.join(", ", what)),
                false));
    }
}
