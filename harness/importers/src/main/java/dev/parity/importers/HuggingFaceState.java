package dev.parity.importers;

import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// `trainer_state.json` of Hugging Face's Trainer: its list `log_history` holds a row for each time that it
/// logged, evaluated or ended. A logged loss is the mean over the steps since the one before, rounded to four
/// decimals; other numbers stand as Python holds them.
public final class HuggingFaceState implements LogImporter {
    private static final String HISTORY = "log_history";
    private static final Map<String, String> SERIES = Map.of(
            "loss", Series.LOSS,
            "learning_rate", Series.LEARNING_RATE,
            "grad_norm", Series.gradientNorm(StepRecord.GLOBAL),
            "eval_loss", Series.VALIDATION_LOSS);
    private static final String STEP = "step";

    /// Keys by names of fields beside the rows.
    private static final Map<String, String> FACTS = Map.of(
            "train_batch_size", Provenance.MICRO_BATCH_SIZE,
            "max_steps", Provenance.TOTAL_ITERATIONS);

    /// Of a loss: Trainer.log rounds it to four decimals.
    private static final double QUANTUM = 1e-4;

    /// The only public constructor.
    public HuggingFaceState() {}

    @Override
    public String format() {
        return "hf-trainer";
    }

    @Override
    public String contents() {
        return "trainer_state.json of Hugging Face's Trainer: losses, rates, gradient norms, evaluation losses";
    }

    @Override
    public String example() {
        return "{\"log_history\": [{\"loss\": 0.6899, \"grad_norm\": 0.7468, \"learning_rate\": 0.00018, \"step\": 20}]}";
    }

    @Override
    public double confidence(List<String> sample) {
        return JsonFile.Outline.of(sample).lists().contains(HISTORY) ? 1 : 0;
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        TwoPasses.readBytes(source, TwoPasses.Quantum.OWN, HuggingFaceState::pass, found);
    }

    private static void pass(LogSource source, Consumer<TraceRecord> found) {
        Rows rows = new Rows(found);
        JsonFile.read(source, "the list " + HISTORY, found, (field, file) -> {
            String key = FACTS.get(field);
            if (field.equals(HISTORY) && file.isList()) {
                file.items(() -> rows.row(file));
            } else if (key != null && Numbers.step(file.text()).isPresent()) {
                found.accept(new TraceRecord.Fact(key, file.text(), false, file.origin()));
                file.skip();
            } else {
                file.skip();
            }
        });
        rows.end(source.name());
    }

    private static final class Rows {
        private final Consumer<TraceRecord> found;
        private final Unread unread = new Unread("numbers of the log");
        private long logged;
        private int losses;

        Rows(Consumer<TraceRecord> found) {
            this.found = found;
        }

        void row(JsonFile file) {
            if (!file.isObject()) {
                unread.add(file.origin(), file.text(), "a row in braces");
                file.skip();
                return;
            }
            Map<String, JsonFile.Scalar> row = file.scalars(field -> SERIES.containsKey(field) || field.equals(STEP));
            OptionalLong step =
                    row.containsKey(STEP) ? Numbers.step(row.get(STEP).text()) : OptionalLong.empty();
            row.forEach((field, scalar) -> {
                Optional<String> series = Optional.ofNullable(SERIES.get(field));
                OptionalDouble value = Numbers.value(scalar.text());
                if (series.isPresent() && (value.isEmpty() || step.isEmpty())) {
                    unread.add(scalar.origin(), "%s %s".formatted(field, scalar.text()), "a number and its step");
                } else {
                    series.ifPresent(
                            name -> found.accept(point(name, step.getAsLong(), value.getAsDouble(), scalar.origin())));
                }
            });
        }

        private Point point(String series, long step, double value, String origin) {
            if (!series.equals(Series.LOSS)) {
                return new Point(series, 0, step, Point.EVERY_RANK, value, 1, 0, origin);
            }
            int window = Math.clamp(step - logged, 0, Integer.MAX_VALUE);
            logged = step;
            losses++;
            return Point.loss(0, step, value, window, Double.isFinite(value) ? QUANTUM : 0, origin);
        }

        void end(String name) {
            unread.tell(found);
            if (losses > 0) {
                found.accept(new TraceRecord.Note(
                        "%s: unless logging_nan_inf_filter was off, the Trainer puts a mean in the place of a loss that is not finite: finite losses alone do not show that all were"
                                .formatted(name),
                        false));
            }
        }
    }
}
