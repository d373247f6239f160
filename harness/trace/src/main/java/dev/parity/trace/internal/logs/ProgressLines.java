package dev.parity.trace.internal.logs;

import dev.parity.trace.Point;
import dev.parity.trace.Series;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// DeepSpeed's own report: `step=10, skipped=2, lr=[0.001], mom=[(0.9, 0.999)]`.
final class ProgressLines implements LineReader {
    private static final Pattern PROGRESS =
            Pattern.compile("(?:[Rr]ank[ :=](\\d{1,6})\\]? )?step=(\\d{1,18}), skipped=(\\d{1,18}), lr=\\["
                    + Numbers.PATTERN + "[^\\]\\[]{0,1000}\\](?:, mom=\\[[(\\[]?" + Numbers.PATTERN + "(?:, "
                    + Numbers.PATTERN + "[)\\]])?)?");
    private static final Pattern START = Pattern.compile("(?<![A-Za-z_])step=\\d+, skip");

    private final Reading reading;
    private final Settings settings;
    private final boolean rates;
    private String speaker = "";

    /// @param rates whether to tell the learning rates: a program that prints its own says the same of another step
    ProgressLines(Reading reading, Settings settings, boolean rates) {
        this.reading = reading;
        this.settings = settings;
        this.rates = rates;
    }

    @Override
    public List<String> words() {
        return List.of(" step=");
    }

    /// The engine reports after a step: the rate is the one that the next step will have.
    @Override
    public void read(Text line) {
        if (!line.text().contains("step=")) {
            return;
        }
        Matcher matcher = PROGRESS.matcher(line.text());
        int at = 0;
        while (matcher.find(at)) {
            at = matcher.end();
            try {
                progress(matcher, line);
            } catch (NumberFormatException torn) {
                reading.unread(line);
            }
        }
        if (START.matcher(line.text()).region(at, line.text().length()).find()) {
            reading.unread(line);
        }
    }

    private void progress(Matcher matcher, Text line) {
        String rank = matcher.group(1) == null ? "" : matcher.group(1);
        speaker = speaker.isEmpty() ? rank : speaker;
        if (!rank.equals(speaker)) {
            return;
        }
        long step = Long.parseLong(matcher.group(2));
        double skipped = Double.parseDouble(matcher.group(3));
        double rate = Numbers.parse(matcher.group(4));
        reading.point(point(Series.SKIPPED_SO_FAR, step, skipped, line));
        if (rates) {
            reading.point(point(Series.LEARNING_RATE, step + 1, rate, line));
        }
        reading.counted(step);
        if (matcher.group(6) != null) {
            settings.add("optimizer.beta1", matcher.group(5), line.origin());
            settings.add("optimizer.beta2", matcher.group(6), line.origin());
        }
    }

    private static Point point(String series, long step, double value, Text line) {
        return new Point(series, 0, step, Point.EVERY_RANK, value, 1, 0, line.origin());
    }
}
