package dev.parity.trace.internal.logs;

import dev.parity.trace.Provenance;
import dev.parity.trace.Series;
import dev.parity.trace.StepRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines `{'loss': 2.0491, 'learning_rate': 1e-4, 'epoch': 0.28}` that Hugging Face's Trainer prints
/// between those of its progress bar, which alone has the step.
final class TrainerLines implements LineReader {
    private static final Pattern BLOCK = Pattern.compile("\\{'[^{}]{1,4000}\\}");
    private static final Pattern ENTRY = Pattern.compile("'(\\w{1,100})': '?([^,'}\\s]{1,100})'?(?=[,}])");
    /// TRL prints rewards before it.
    private static final Pattern LOSS = Pattern.compile("[{ ]'loss': ");
    /// Digits of a step and a total, such that each fits a long.
    private static final int LONGEST_BAR = 19;
    private static final Pattern TORN = Pattern.compile("\\{'(?:eval_)?loss'");
    private static final Map<String, String> SERIES = Map.of(
            "loss", Series.LOSS,
            "learning_rate", Series.LEARNING_RATE,
            "grad_norm", Series.gradientNorm(StepRecord.GLOBAL),
            "eval_loss", Series.VALIDATION_LOSS);

    private final Reading reading;
    private final Steps steps = new Steps();
    private OptionalLong total = OptionalLong.empty();
    private long barStep;
    private long barTotal;
    private long trained = -1;
    private long before = -1;
    private boolean covered = true;
    private String epochBefore = "";
    private long barBefore = -1;
    private Optional<String> firstUnplaced = Optional.empty();
    private long unplaced;
    private int interval;
    private long ordinal;
    private boolean counted;

    TrainerLines(Reading reading) {
        this.reading = reading;
    }

    @Override
    public List<String> words() {
        return List.of("{'loss'", "'loss':", "{'eval_loss'", "s/it]", "it/s]", "s/it,", "it/s,");
    }

    /// Counts the lines of this kind.
    static long count(List<String> sample) {
        return sample.stream()
                .map(Text::plain)
                .filter(line -> line.contains("'loss': ")
                        && BLOCK.matcher(line)
                                .results()
                                .anyMatch(block -> LOSS.matcher(block.group()).find()))
                .count();
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        int at = 0;
        if (text.contains("loss'")) {
            Matcher block = BLOCK.matcher(text);
            while (block.find()) {
                if (block.group().contains("loss'")) {
                    bar(text, at, block.start());
                    block(block.group(), line);
                    at = block.end();
                }
            }
            Matcher torn = TORN.matcher(text).region(at, text.length());
            while (torn.find()) {
                reading.unread(line);
            }
        }
        bar(text, at, text.length());
    }

    /// Reads the last bar of a piece of a line. Evaluation has one too: that of the training is the one that
    /// stands before the first loss.
    private void bar(String text, int from, int to) {
        for (int end = text.indexOf(" [", from); end >= 0 && end < to; end = text.indexOf(" [", end + 1)) {
            int slash = digits(text, end);
            if (slash == end || slash <= from || text.charAt(slash - 1) != '/') {
                continue;
            }
            int start = Math.max(from, digits(text, slash - 1));
            if (start < slash - 1 && end - start < LONGEST_BAR) {
                barStep = Long.parseLong(text, start, slash - 1, 10);
                barTotal = Long.parseLong(text, slash, end, 10);
                if (total.isPresent() && barTotal == total.getAsLong()) {
                    trained = barStep;
                    reading.trained(0, trained);
                }
            }
        }
    }

    /// Returns where the digits before a place begin.
    private static int digits(String text, int end) {
        int start = end;
        while (start > 0 && text.charAt(start - 1) >= '0' && text.charAt(start - 1) <= '9') {
            start--;
        }
        return start;
    }

    private void block(String block, Text line) {
        Map<String, String> values = new HashMap<>();
        Matcher entry = ENTRY.matcher(block);
        while (entry.find()) {
            values.putIfAbsent(entry.group(1), entry.group(2));
        }
        boolean training = values.containsKey("loss");
        if (!training && !values.containsKey("eval_loss")) {
            if (block.contains("'loss'")) {
                reading.unread(line);
            }
            return; // the summary at the end
        }
        if (training && total.isEmpty() && barTotal > 0) {
            total = OptionalLong.of(barTotal);
            trained = barStep;
            reading.fact(Provenance.TOTAL_ITERATIONS, String.valueOf(barTotal), false, line.origin());
        }
        if (training && trained < 0) {
            counted = true;
            ordinal++;
        }
        String epoch = values.getOrDefault("epoch", "");
        long step = counted ? ordinal : Math.max(0, trained);
        if (training && !counted && before >= 0 && trained == barBefore && !epoch.equals(epochBefore)) {
            unplaced(line);
            step = before + Math.max(1, interval);
        }
        if (training) {
            epochBefore = epoch;
            barBefore = trained;
        }
        int window = training && !counted && before >= 0 && step > before
                ? (int) Math.min(Integer.MAX_VALUE, step - before)
                : 0;
        boolean fresh = false;
        for (Map.Entry<String, String> series : SERIES.entrySet()) {
            String value = values.get(series.getKey());
            if (value != null) {
                fresh |= value(series.getValue(), step, value, window(series.getKey(), window), line);
            }
        }
        if (training && fresh) {
            if (step < before) {
                reading.returned(step, line);
            }
            if (!covered && window > 0 && before % window == 0) {
                reading.cover(Series.LOSS, 0, before, window);
            }
            covered = window > 0;
            interval = window > 0 ? window : interval;
            reading.trained(0, step);
            steps.add(0, step, line.origin());
            before = step;
        }
    }

    /// Counts a loss without a bar since the one before: Python keeps its output back where it is no terminal.
    private void unplaced(Text line) {
        unplaced++;
        if (firstUnplaced.isEmpty()) {
            firstUnplaced = Optional.of(line.origin());
        }
    }

    /// A loss is a mean over the steps since the one before, its evaluation over no step, all else of one.
    private static int window(String key, int interval) {
        return switch (key) {
            case "loss" -> interval;
            case "eval_loss" -> 0;
            default -> 1;
        };
    }

    private boolean value(String series, long step, String value, int window, Text line) {
        try {
            return reading.value(series, 0, step, value, window, line);
        } catch (NumberFormatException other) {
            reading.unread(line);
            return false;
        }
    }

    @Override
    public void end() {
        if (counted) {
            reading.note("%s: no progress bar says the steps of the losses: they are counted 1, 2, 3"
                    .formatted(reading.name()));
        }
        firstUnplaced.ifPresent(first -> reading.gap(
                "%d losses follow another without a progress bar between them, so that their steps are guessed, the first %s: expected an output that is not kept back, as with PYTHONUNBUFFERED=1"
                        .formatted(unplaced, first)));
        Optional<String> hole = steps.hole(false);
        hole.ifPresent(reading::gap);
    }
}
