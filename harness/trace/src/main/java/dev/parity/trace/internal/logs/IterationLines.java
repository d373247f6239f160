package dev.parity.trace.internal.logs;

import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines `iteration 20/ 500 | … | lm loss: 1.06E+01 | …` of Megatron-LM and what derives from it.
///
/// A loss is the mean over the iterations since the line before that were not skipped; what is left out of a
/// line says something too: Megatron prints no loss if all were skipped, and none that is NaN. Where the
/// count goes back, points stand in another epoch, from 2 on: a run that was resumed, or another run.
final class IterationLines implements LineReader {
    private static final Pattern START =
            Pattern.compile("[Ii]teration(:?)\\s{1,20}(\\d{1,18})\\s{0,9}/\\s{0,20}(\\d{1,18})");
    private static final String WORD = "teration";
    private static final String SKIPPED = "number of skipped iterations";
    private static final String NAN = "number of nan iterations";
    private static final String LOSS = " loss";
    /// What nanotron rounds for people to read.
    private static final double ROUNDED = 0.005;
    /// Series whose values are printed whole.
    private static final Set<String> EXACT = Set.of(Series.SKIPPED, Series.NAN_STEPS, Series.LOSS_SCALE, Series.ZEROS);

    /// Lines of one record, as GPT-NeoX prints it.
    private static final int MOST_LINES = 4;

    private final Reading reading;
    private final Steps steps = new Steps();
    private final ScaleKind scale = new ScaleKind();
    private Optional<Iteration> open = Optional.empty();
    private Optional<Iteration> before = Optional.empty();
    private Optional<String> firstAbsent = Optional.empty();
    private Optional<String> firstBatch = Optional.empty();
    private String batch = "";
    private long previous = -1;
    private long absent;
    private int pass;
    private boolean firstCovered = true;

    /// The fields of one iteration.
    private static final class Iteration {
        private final Text line;
        private final long iteration;
        private final String total;
        private final boolean nanotron;
        private final Fields fields = new Fields();
        private int lines = 1;

        Iteration(Text line, Matcher matcher) {
            this.line = line;
            iteration = Long.parseLong(matcher.group(2));
            total = matcher.group(3);
            nanotron = !matcher.group(1).isEmpty();
        }

        boolean isEnded() {
            return fields.values().containsKey(NAN);
        }
    }

    IterationLines(Reading reading) {
        this.reading = reading;
    }

    @Override
    public List<String> words() {
        return List.of("iteration ", "iteration: ", "Iteration ", "Iteration: ");
    }

    /// Counts the lines of this kind.
    static long count(List<String> sample) {
        return sample.stream().map(Text::plain).filter(IterationLines::isRecord).count();
    }

    private static boolean isRecord(String line) {
        return line.indexOf('|') >= 0 && start(line, START.matcher(line), 0) >= 0;
    }

    @Override
    public boolean isOpen() {
        return open.isPresent();
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        Matcher start = START.matcher(text);
        int begin = start(text, start, 0);
        if (begin < 0) {
            open.ifPresent(record -> goOn(record, text));
            return;
        }
        close();
        while (begin >= 0) {
            Iteration record = new Iteration(line, start);
            int from = start.end();
            int next = start(text, start, from);
            int end = next < 0 ? text.length() : next;
            begin = next;
            if (text.substring(from, end).indexOf('|') < 0) {
                other(text.substring(from, end), line);
                continue;
            }
            record.fields.add(text, from, end);
            open = Optional.of(record);
            if (next >= 0 || record.isEnded() || !record.fields.isClosed()) {
                close();
            }
        }
    }

    /// Takes what is no record: other words on an iteration, or a record's first.
    private void other(String text, Text line) {
        if (text.isBlank() || text.contains("loss")) {
            reading.unread(line);
        }
    }

    /// Finds where a record begins; the search for a part of the word is faster than that of the pattern.
    ///
    /// @return -1 if none does
    private static int start(String text, Matcher start, int from) {
        for (int at = text.indexOf(WORD, from); at >= 0; at = text.indexOf(WORD, at + 1)) {
            if (at > 0 && start.region(at - 1, text.length()).lookingAt()) {
                return at - 1;
            }
        }
        return -1;
    }

    private void goOn(Iteration record, String text) {
        if (text.indexOf('|') >= 0 && text.indexOf(':') >= 0 && record.lines < MOST_LINES) {
            record.lines++;
            record.fields.add(text, 0, text.length());
            if (!record.isEnded() && record.fields.isClosed()) {
                return;
            }
        }
        close();
    }

    private void close() {
        open.ifPresent(this::take);
        open = Optional.empty();
    }

    private void take(Iteration record) {
        boolean whole = record.isEnded() || record.nanotron || record.fields.isClosed();
        if (!whole) {
            record.fields.dropLast(); // maybe cut within its number
            reading.unread(record.line);
        }
        if (before.isPresent() && (before.get().iteration == record.iteration || previous == record.iteration)) {
            tell(record, whole, 0, true); // another rank, maybe a line late
            return;
        }
        int window = window(record);
        if (before.isPresent() && record.iteration < before.get().iteration) {
            reading.returned(record.iteration, record.line);
            pass = Math.max(1, pass) + 1;
        }
        before.filter(_ -> !firstCovered && window > 0).ifPresent(first -> coverFirst(first, window));
        reading.trained(pass, record.iteration);
        steps.add(pass, record.iteration, record.line.origin());
        tell(record, whole, window, false);
        firstCovered = window > 0;
        previous = before.filter(_ -> window > 0).map(last -> last.iteration).orElse(-1L);
        before = Optional.of(record);
        facts(record);
    }

    /// @return iterations since the line before; 0 where that is not known
    private int window(Iteration record) {
        if (record.iteration == 1) {
            return 1;
        }
        return before.filter(last -> last.iteration < record.iteration)
                .map(last -> (int) Math.min(Integer.MAX_VALUE, record.iteration - last.iteration))
                .orElse(0);
    }

    /// A run begins with a whole interval, and so does one that goes on from a checkpoint, most often.
    private void coverFirst(Iteration first, int interval) {
        if (first.iteration % interval == 0) {
            reading.cover(Series.LOSS, pass, first.iteration, interval);
            for (String series : first.fields.values().keySet()) {
                if (series.endsWith("loss") || series.equals(SKIPPED) || series.equals(NAN)) {
                    reading.cover(series(series), pass, first.iteration, interval);
                }
            }
        }
    }

    private static String series(String name) {
        return switch (name) {
            case "lm loss", "loss" -> Series.LOSS;
            case "learning rate", "lr" -> Series.LEARNING_RATE;
            case "loss scale" -> Series.LOSS_SCALE;
            case "grad norm" -> Series.gradientNorm(StepRecord.GLOBAL);
            case "params norm" -> Series.PARAMETER_NORM;
            case "num zeros" -> Series.ZEROS;
            case SKIPPED -> Series.SKIPPED;
            case NAN -> Series.NAN_STEPS;
            default ->
                name.endsWith(LOSS)
                        ? Series.partOfLoss(
                                name.substring(0, name.length() - LOSS.length()).replace(' ', '-'))
                        : "";
        };
    }

    private void tell(Iteration record, boolean whole, int window, boolean repeated) {
        boolean unread = false;
        boolean loss = false;
        double skipped = number(record, SKIPPED);
        for (Map.Entry<String, String> field : record.fields.values().entrySet()) {
            String series = series(field.getKey());
            if (series.isEmpty()) {
                continue;
            }
            boolean mean =
                    field.getKey().endsWith("loss") || series.equals(Series.SKIPPED) || series.equals(Series.NAN_STEPS);
            try {
                double value = Numbers.parse(field.getValue());
                boolean isLoss = series.equals(Series.LOSS);
                loss |= isLoss;
                if (isLoss && value == 0 && isAllSkipped(record, skipped, window)) {
                    continue; // since 2026 Megatron prints 0 for the mean of nothing
                }
                point(record, series, value, field.getValue(), mean ? window : 1);
                if (series.equals(Series.LOSS_SCALE)) {
                    scale.add(value, record.line.origin());
                }
            } catch (NumberFormatException other) {
                unread = true;
                loss |= series.equals(Series.LOSS);
            }
        }
        if (unread) {
            reading.unread(record.line);
        }
        if (!loss && !repeated && record.isEnded() && whole && !isAllSkipped(record, skipped, window)) {
            absent(record, window);
        }
    }

    private void point(Iteration record, String series, double value, String text, int window) {
        double quantum = EXACT.contains(series)
                ? 0
                : record.nanotron && text.indexOf('.') >= 0 ? ROUNDED : Numbers.quantum(text);
        reading.point(new Point(
                series, pass, record.iteration, Point.EVERY_RANK, value, window, quantum, record.line.origin()));
    }

    private static double number(Iteration record, String name) {
        try {
            return Numbers.parse(record.fields.values().getOrDefault(name, "0"));
        } catch (NumberFormatException unread) {
            return Double.NaN; // told with the other fields
        }
    }

    /// Where the interval is not known, skips are taken for all of it.
    private static boolean isAllSkipped(Iteration record, double skipped, int window) {
        return skipped > 0 && (window == 0 || skipped >= window || skipped >= record.iteration);
    }

    /// Megatron leaves out a loss that is NaN.
    private void absent(Iteration record, int window) {
        absent++;
        if (firstAbsent.isEmpty()) {
            firstAbsent = Optional.of(record.line.origin());
        }
        point(record, Series.LOSS, Double.NaN, "nan", window);
    }

    private void facts(Iteration record) {
        reading.fact(Provenance.TOTAL_ITERATIONS, record.total, false, record.line.origin());
        String size = record.fields.values().get("global batch size");
        if (size == null || size.equals(batch)) {
            return;
        }
        if (batch.isEmpty()) {
            if (!reading.knows(Provenance.BATCH_SIZE)) {
                reading.fact(Provenance.BATCH_SIZE, size, false, record.line.origin());
            }
        } else if (firstBatch.isEmpty()) {
            firstBatch = Optional.of("%s has %s after %s".formatted(record.line.origin(), size, batch));
        }
        batch = size;
    }

    @Override
    public void end() {
        close();
        scale.end(reading);
        firstAbsent.ifPresent(first -> reading.note(
                "%d iterations print no loss although not all of their interval was skipped: it counts as NaN, the first %s"
                        .formatted(absent, first)));
        firstBatch.ifPresent(first -> reading.note("the global batch size changes, the first time: " + first));
        steps.hole(false).ifPresent(reading::gap);
    }
}
