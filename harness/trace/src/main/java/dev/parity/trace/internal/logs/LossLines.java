package dev.parity.trace.internal.logs;

import dev.parity.trace.Provenance;
import dev.parity.trace.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The losses and perplexities that scripts on DeepSpeed print, and the lines with which they end.
///
/// A script that prints no epoch may count its steps anew in each: where the count goes back to its first
/// step or before it, the next epoch begins.
final class LossLines implements LineReader {
    private static final String VALUE = "(\\S{1,40}?)(?=[,;|]?(?:\\s|$)|[\\[/])";
    /// Of the CIFAR example: the epoch, its mini-batch, the mean of the last.
    private static final Pattern BATCH =
            Pattern.compile("\\[\\s*(\\d{1,18}),\\s*(\\d{1,18})] loss: (\\S{1,40}?)(?=\\s*$|\\s*\\[)");
    private static final Pattern CHAT =
            Pattern.compile("Epoch: (\\d{1,18}), Step: (\\d{1,18}), Rank: \\d{1,18}, loss = " + VALUE);
    /// Of PipelineEngine, and of many scripts; MindFormers puts brackets around the step, and around two losses.
    private static final Pattern STEP = Pattern.compile(
            "[Ss]teps?\\s{0,4}[:=]?\\s{0,9}\\[?\\s{0,9}(\\d{1,18})(?:/\\s{0,9}\\d{1,18})?]?\\s{0,4}[,|:;-]?\\s{0,4}(?i:(?:train(?:ing)?[_ ])?loss)\\s?[:=]\\s{0,9}"
                    + "(?:\\[(?=\\S{1,40}/\\S{1,40}]))?" + VALUE);
    private static final Pattern ANY_STEP = Pattern.compile("(?<![A-Za-z])" + STEP.pattern());
    private static final Pattern NUMBERED = Pattern.compile("\\[(\\d{1,18})\\] Loss : " + VALUE);
    private static final Pattern PERPLEXITY = Pattern.compile("Step at (\\d{1,18}) with Perplexity: " + VALUE);
    private static final Pattern EVALUATED =
            Pattern.compile("(?:Epoch at \\d{1,18} with Perplexity: |(?<![A-Za-z])ppl: )" + VALUE);
    private static final Pattern EVALUATED_LOSS = Pattern.compile("(?<![A-Za-z])ppl: \\S{1,40}, loss: " + VALUE);
    /// The beginning of a loss line that ends before its loss.
    private static final Pattern TORN = Pattern.compile("^\\s*\\[\\s*\\d+,\\s*\\d*(?:]\\s*l[os]*)?\\s*$");
    private static final int LONGEST_TORN = 60;
    private static final String PPL = "ppl: ";
    private static final String FINISHED = "Finished Training";
    private static final String EXITED = "exits successfully";

    private final Reading reading;
    private final Steps steps = new Steps();
    private Optional<String> finish = Optional.empty();
    private Optional<String> exit = Optional.empty();
    private boolean example;
    private boolean ended;
    private int epoch;
    private long first = -1;
    private long last = -1;
    private long previous = -1;
    private int finished;
    private int exited;

    LossLines(Reading reading) {
        this.reading = reading;
    }

    @Override
    public List<String> words() {
        return List.of(
                "loss:",
                "loss :",
                "loss=",
                "loss =",
                "Loss:",
                "Loss :",
                "Loss=",
                "Loss =",
                "LOSS:",
                "Perplexity:",
                "ppl: ",
                FINISHED,
                EXITED);
    }

    /// Tells whether a line may be one of the losses that [#words] does not find.
    static boolean isTorn(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] == ' ') {
            at++;
        }
        return to - at < LONGEST_TORN && at < to && bytes[at] == '[';
    }

    /// Counts the lines of this kind.
    static long count(List<String> sample) {
        return sample.stream()
                .map(Text::plain)
                .filter(line -> (line.contains("oss") && isLoss(line))
                        || (line.contains("erplexity")
                                && PERPLEXITY.matcher(line).find()))
                .count();
    }

    private static boolean isLoss(String line) {
        return BATCH.matcher(line).find()
                || (line.contains("tep") && ANY_STEP.matcher(line).find())
                || CHAT.matcher(line).find()
                || NUMBERED.matcher(line).find();
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        if (text.length() < LONGEST_TORN && TORN.matcher(text).find()) {
            reading.unread(line);
        }
        if (text.contains("oss") || text.contains("erplexity") || text.contains("ppl: ")) {
            if (losses(text, line) < seen(text)) {
                reading.unread(line);
            }
        }
        for (int at = text.indexOf(FINISHED); at >= 0; at = text.indexOf(FINISHED, at + 1)) {
            finished++; // of two ranks, maybe on one line
            ended = true;
            finish = finish.or(() -> Optional.of(line.origin()));
        }
        if (text.contains(EXITED)) {
            exited++;
            exit = exit.or(() -> Optional.of(line.origin()));
        }
    }

    /// Counts what looks like a loss or a perplexity.
    private static int seen(String text) {
        int seen = 0;
        for (int at = text.indexOf("oss"); at >= 0; at = text.indexOf("oss", at + 1)) {
            int end = at + 3;
            boolean word = at > 0
                    && (text.charAt(at - 1) == 'l' || text.charAt(at - 1) == 'L')
                    && (at < 2 || !Character.isLetter(text.charAt(at - 2)));
            seen += word && (text.startsWith(":", end) || text.startsWith(" :", end) || text.startsWith(" = ", end))
                    ? 1
                    : 0;
        }
        for (int at = text.indexOf("with Perplexity:"); at >= 0; at = text.indexOf("with Perplexity:", at + 1)) {
            seen++;
        }
        for (int at = text.indexOf(PPL); at >= 0; at = text.indexOf(PPL, at + 1)) {
            seen += at == 0 || !Character.isLetter(text.charAt(at - 1)) ? 1 : 0;
        }
        return seen;
    }

    /// Which patterns are worth a try: one without its word costs most of the time.
    private static List<Pattern> patterns(String text) {
        List<Pattern> patterns = new ArrayList<>();
        if (text.contains("] loss: ")) {
            patterns.add(BATCH);
        }
        if (text.contains(", loss = ")) {
            patterns.add(CHAT);
        }
        if (text.contains("] Loss : ")) {
            patterns.add(NUMBERED);
        }
        if (text.contains("with Perplexity: ") || text.contains(PPL)) {
            patterns.add(PERPLEXITY);
            patterns.add(EVALUATED);
            patterns.add(EVALUATED_LOSS);
        }
        return patterns;
    }

    /// @return how many were read
    private int losses(String text, Text line) {
        int read = 0;
        for (Pattern pattern : patterns(text)) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                read += isRead(pattern, matcher, line) ? 1 : 0;
            }
        }
        Matcher step = STEP.matcher(text);
        for (int at = text.indexOf("tep"); at >= 0; at = text.indexOf("tep", at + 1)) {
            boolean word = at > 0 && (at < 2 || !Character.isLetter(text.charAt(at - 2)));
            if (word && step.region(at - 1, text.length()).lookingAt()) {
                read += isRead(STEP, step, line) ? 1 : 0;
            }
        }
        return read;
    }

    private boolean isRead(Pattern pattern, Matcher matcher, Text line) {
        try {
            loss(pattern, matcher, line);
            return true;
        } catch (NumberFormatException torn) {
            return false;
        }
    }

    private void loss(Pattern pattern, Matcher matcher, Text line) {
        if (pattern == EVALUATED) {
            reading.value(Series.VALIDATION_PERPLEXITY, reading.epoch(), reading.step(), matcher.group(1), 0, line);
        } else if (pattern == EVALUATED_LOSS) {
            reading.value(Series.VALIDATION_LOSS, reading.epoch(), reading.step(), matcher.group(1), 0, line);
        } else if (pattern == BATCH || pattern == CHAT) {
            int zeroth = pattern == CHAT ? 1 : 0;
            example |= pattern == BATCH;
            loss(
                    Series.LOSS,
                    Integer.parseInt(matcher.group(1)) + zeroth,
                    Long.parseLong(matcher.group(2)),
                    matcher.group(3),
                    line);
        } else {
            String series = pattern == PERPLEXITY ? Series.PERPLEXITY : Series.LOSS;
            long step = Long.parseLong(matcher.group(1));
            loss(series, epochOf(series, step, line), step, matcher.group(2), line);
        }
    }

    private void loss(String series, int ofEpoch, long step, String value, Text line) {
        if (reading.value(series, ofEpoch, step, value, 0, line)) {
            reading.trained(ofEpoch, step);
            steps.add(ofEpoch, step, line.origin());
            ended = false;
        }
    }

    /// A step that was printed last or before that is another rank's; any other step back begins an epoch.
    ///
    /// @return from 1 where the count restarted or the series does so in each epoch, else 0
    private int epochOf(String series, long step, Text line) {
        if (first < 0) {
            epoch = series.equals(Series.PERPLEXITY) ? 1 : 0;
            first = step;
        } else if (step < last && step != previous) {
            if (step > first) {
                reading.returned(step, line);
            }
            epoch = Math.max(1, epoch) + 1;
            first = step;
        }
        if (step != previous && step != last) {
            previous = last;
            last = step;
        }
        return epoch;
    }

    private void world(int count, Optional<String> origin) {
        origin.ifPresent(where -> reading.fact(Provenance.WORLD, String.valueOf(count), false, where));
    }

    @Override
    public void end() {
        if (exited > 0 && !reading.knows(Provenance.WORLD)) {
            world(exited, exit);
        } else if (finished > 1 && !reading.knows(Provenance.WORLD)) {
            world(finished, finish); // one may be that of the only rank that prints
        }
        steps.hole(ended).ifPresent(reading::gap);
        if (example && !ended) {
            reading.gap("%s: no '%s' follows the last loss: the run did not come to its end"
                    .formatted(reading.name(), FINISHED));
        }
    }
}
