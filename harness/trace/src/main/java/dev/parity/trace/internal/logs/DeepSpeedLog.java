package dev.parity.trace.internal.logs;

import dev.parity.trace.Evaluation;
import dev.parity.trace.LogImporter;
import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import dev.parity.trace.Provenance;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.ScalerSettings;
import dev.parity.trace.Series;
import dev.parity.trace.TraceRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The standard output of DeepSpeed's CIFAR example: loss lines, the lines of both loss scalers,
/// evaluations.
///
/// Every rank may print each line; what is repeated counts once. A scaler's line stands between two loss
/// lines and seldom names its iteration, so an event is placed after the last loss line before it. A line
/// that should hold one of these and cannot be read is a gap.
public final class DeepSpeedLog implements LogImporter {
    private static final String NUMBER = "([0-9.eE+-]{1,40}|nan|inf|-inf)";
    private static final Pattern LOSS = Pattern.compile("^\\[\\s*(\\d+),\\s*(\\d+)] loss: (\\S{1,40})\\s*$");
    /// The beginning of a loss line that ends before its loss.
    private static final Pattern TORN_LOSS = Pattern.compile("^\\s*\\[\\s*\\d+,\\s*\\d*(?:]\\s*l[os]*)?\\s*$");
    private static final Pattern ZERO =
            Pattern.compile("OVERFLOW! (?:Rank (\\d+) )?Skipping step\\. Attempted loss scale: " + NUMBER
                    + ",? (?:reducing to " + NUMBER + "|but hysteresis is (\\d+)\\. Reducing hysteresis to (\\d+))");
    private static final Pattern UNFUSED = Pattern.compile(
            "(?:fp16 dynamic loss scale overflow!|Overflow detected\\.) Skipping step\\. Attempted loss scale: "
                    + NUMBER + ", reducing to " + NUMBER);
    private static final Pattern REDUCING =
            Pattern.compile("Reducing dynamic loss scale from " + NUMBER + " to " + NUMBER);
    private static final Pattern GREW =
            Pattern.compile("Increasing dynamic loss scale from " + NUMBER + " to " + NUMBER);
    private static final Pattern ITERATION = Pattern.compile("Grad overflow on iteration:? (\\d+)");
    private static final Pattern OVERALL =
            Pattern.compile("^Accuracy of the network on the (\\d+) test images: (\\d+) %\\s*$");
    private static final Pattern CLASS = Pattern.compile("^Accuracy of\\s+(\\S+) : (\\d+) %\\s*$");
    private static final Pattern PROGRESS =
            Pattern.compile("\\[?[Rr]ank[ :](\\d+)]? step=(\\d+), skipped=(\\d+), lr=\\[" + NUMBER);
    private static final String FINISHED = "Finished Training";

    /// The only public constructor.
    public DeepSpeedLog() {}

    @Override
    public String format() {
        return "deepspeed-cifar";
    }

    /// Any program on DeepSpeed prints its scalers' lines; losses and accuracies are the example's.
    @Override
    public double confidence(List<String> sample) {
        if (sample.stream()
                .anyMatch(line ->
                        LOSS.matcher(line).find() || OVERALL.matcher(line).find())) {
            return 0.9;
        }
        return sample.stream()
                        .anyMatch(line -> ZERO.matcher(line).find()
                                || UNFUSED.matcher(line).find())
                ? 0.5
                : 0;
    }

    @Override
    public String example() {
        return "[1,  2000] loss: 2.163";
    }

    @Override
    public void read(LogSource source, Consumer<TraceRecord> found) {
        Reading reading = new Reading(source.name());
        for (Optional<LogSource.Line> line = source.next(); line.isPresent(); line = source.next()) {
            reading.line(line.get().text(), line.get().origin());
        }
        reading.tell(found);
    }

    private static double number(String text) {
        String sign = text.startsWith("-") ? "-" : "";
        return switch (text.substring(sign.length()).toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "infinity" -> sign.isEmpty() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            default -> new BigDecimal(text).doubleValue();
        };
    }

    /// One file being read.
    private static final class Reading {
        private final String name;
        private final LogLosses losses = new LogLosses();
        private final List<ScaleEvent> events = new ArrayList<>();
        private final LogEvaluations evaluations = new LogEvaluations();
        private final List<Point> points = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private Optional<String> scaler = Optional.empty();
        private Optional<Long> iteration = Optional.empty();
        private Optional<String> firstUnread = Optional.empty();
        private boolean ended;
        private int finished;
        private int repeated;
        private int unread;

        Reading(String name) {
            this.name = name;
        }

        /// Reads a line; the words looked for first are a small part of what the patterns cost.
        void line(String text, String origin) {
            boolean read;
            try {
                read = read(text, origin);
            } catch (NumberFormatException problem) {
                read = false;
            }
            if (!read) {
                unread++;
                firstUnread = firstUnread.or(() -> Optional.of("%s: '%s'".formatted(origin, excerpt(text))));
            }
        }

        private static String excerpt(String text) {
            return text.length() <= 100 ? text : text.substring(0, 100) + "…";
        }

        /// @return whether all was read that the line seems to say
        private boolean read(String text, String origin) {
            boolean read = true;
            if (text.contains("loss:") || TORN_LOSS.matcher(text).find()) {
                read = loss(text, origin);
            }
            if (text.contains("loss scale") || text.contains("Skipping step") || text.contains("Grad overflow")) {
                read &= scale(text, origin);
            }
            if (text.contains("Accuracy of")) {
                read &= evaluation(text, origin);
            }
            for (int at = text.indexOf(FINISHED); at >= 0; at = text.indexOf(FINISHED, at + 1)) {
                finished++; // of two ranks, maybe on one line
                ended = true;
            }
            if (text.contains(" step=")) {
                progress(text, origin);
            }
            return read;
        }

        /// The engine reports after a step: the rate is the one that the next step will have.
        private void progress(String text, String origin) {
            Matcher matcher = PROGRESS.matcher(text);
            if (matcher.find() && matcher.group(1).equals("0")) {
                long step = Long.parseLong(matcher.group(2));
                points.add(point(Series.SKIPPED_SO_FAR, step, Double.parseDouble(matcher.group(3)), origin));
                points.add(point(Series.LEARNING_RATE, step + 1, number(matcher.group(4)), origin));
            }
        }

        private static Point point(String series, long step, double value, String origin) {
            return new Point(series, 0, step, Point.EVERY_RANK, value, 1, 0, origin);
        }

        private boolean loss(String text, String origin) {
            Matcher matcher = LOSS.matcher(text);
            if (!matcher.find()) {
                return false;
            }
            int epoch = Integer.parseInt(matcher.group(1));
            long step = Long.parseLong(matcher.group(2));
            double value = number(matcher.group(3));
            double quantum = Double.isFinite(value)
                    ? new BigDecimal(matcher.group(3)).ulp().doubleValue()
                    : 0;
            if (losses.add(Point.loss(epoch, step, value, 0, quantum, origin))) {
                evaluations.trained(step);
                ended = false;
            } else {
                repeated++;
            }
            return true;
        }

        private boolean scale(String text, String origin) {
            boolean read = false;
            Matcher matcher = ZERO.matcher(text);
            while (matcher.find()) {
                zero(matcher, origin);
                read = true;
            }
            matcher = ITERATION.matcher(text);
            while (matcher.find()) {
                scaler = Optional.of("unfused");
                iteration = Optional.of(Long.parseLong(matcher.group(1)));
            }
            for (Pattern pattern : List.of(UNFUSED, REDUCING)) {
                matcher = pattern.matcher(text);
                while (matcher.find()) {
                    unfused(ScaleEvent.Kind.REDUCED, matcher, origin);
                    read = true;
                }
            }
            matcher = GREW.matcher(text);
            while (matcher.find()) {
                unfused(ScaleEvent.Kind.GREW, matcher, origin);
                read = true;
            }
            return read || !(text.contains("Skipping step") || text.contains("dynamic loss scale from"));
        }

        private void zero(Matcher matcher, String origin) {
            scaler = Optional.of("zero");
            boolean first = matcher.group(1) == null || matcher.group(1).equals("0");
            if (!first) {
                repeated++;
                return;
            }
            double from = number(matcher.group(2));
            boolean reduced = matcher.group(3) != null;
            add(
                    reduced ? ScaleEvent.Kind.REDUCED : ScaleEvent.Kind.HYSTERESIS,
                    from,
                    reduced ? number(matcher.group(3)) : from,
                    origin);
        }

        /// This scaler never makes the same change twice in a row, so a repetition comes from another rank
        /// or line.
        private void unfused(ScaleEvent.Kind kind, Matcher matcher, String origin) {
            scaler = Optional.of("unfused");
            double from = number(matcher.group(1));
            double to = number(matcher.group(2));
            if (!events.isEmpty()
                    && events.getLast().from() == from
                    && events.getLast().to() == to) {
                repeated++;
                return;
            }
            add(kind, from, to, origin);
        }

        private void add(ScaleEvent.Kind kind, double from, double to, String origin) {
            boolean exact = iteration.isPresent() && kind == ScaleEvent.Kind.REDUCED;
            Point last = losses.last();
            events.add(
                    new ScaleEvent(last.epoch(), exact ? iteration.get() : last.step(), exact, kind, from, to, origin));
            iteration = Optional.empty();
        }

        private boolean evaluation(String text, String origin) {
            Matcher matcher = OVERALL.matcher(text);
            if (matcher.find()) {
                int items = Integer.parseInt(matcher.group(1));
                evaluations.overall(new Evaluation.Score(percent(matcher.group(2)), 1, items), origin);
                return true;
            }
            matcher = CLASS.matcher(text);
            if (!matcher.find()) {
                return false;
            }
            evaluations.ofClass(matcher.group(1), new Evaluation.Score(percent(matcher.group(2)), 1, 0));
            return true;
        }

        private static int percent(String text) {
            int percent = Integer.parseInt(text);
            if (percent > 100) {
                throw new NumberFormatException("expected at most 100 %, found " + percent);
            }
            return percent;
        }

        void tell(Consumer<TraceRecord> found) {
            scaler.ifPresent(algorithm -> {
                fact(found, Provenance.DTYPE, "fp16");
                ScalerSettings.of(algorithm).keys().forEach((key, value) -> fact(found, key, value));
            });
            if (finished > 0) {
                fact(found, Provenance.WORLD, String.valueOf(finished));
            }
            if (repeated > 0) {
                notes.add("%s: %d lines repeated by other ranks were counted once".formatted(name, repeated));
            }
            losses.disagreement().ifPresent(notes::add);
            losses.all().forEach(found);
            points.forEach(found);
            events.forEach(found);
            evaluations.all().forEach(found);
            notes.forEach(note -> found.accept(new TraceRecord.Note(note, false)));
            gaps().forEach(gap -> found.accept(new TraceRecord.Note(gap, true)));
        }

        private void fact(Consumer<TraceRecord> found, String key, String value) {
            found.accept(new TraceRecord.Fact(key, value, false, name));
        }

        private List<String> gaps() {
            List<String> gaps = new ArrayList<>();
            if (losses.all().isEmpty()) {
                gaps.add("%s: no loss was recognised: expected lines such as '[1,  2000] loss: 1.234'".formatted(name));
            }
            firstUnread.ifPresent(first ->
                    gaps.add("%d lines of a loss, a loss scale or an accuracy could not be read, the first is %s"
                            .formatted(unread, first)));
            losses.hole(ended).ifPresent(gaps::add);
            if (!ended) {
                gaps.add(
                        "%s: no '%s' follows the last loss: the run did not come to its end".formatted(name, FINISHED));
            }
            return gaps;
        }
    }
}
