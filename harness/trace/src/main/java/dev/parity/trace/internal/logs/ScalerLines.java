package dev.parity.trace.internal.logs;

import dev.parity.trace.Provenance;
import dev.parity.trace.ScaleEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines of DeepSpeed's loss scalers, since 0.1. Several may stand in a line, one may be wrapped into
/// the next, and seldom does one name its iteration: an event then stands at the step printed last.
final class ScalerLines implements LineReader {
    private static final Pattern START =
            Pattern.compile("OVERFLOW!|fp16 dynamic loss scale overflow!|Overflow detected\\."
                    + "|Reducing dynamic loss scale|Increasing dynamic loss scale|Grad overflow on iteration");
    private static final Pattern MESSAGE =
            Pattern.compile("OVERFLOW!(?: Rank (?<rank>\\d{1,6}))? Skipping step\\.(?<bare>\\s*(?=$|\\[))?"
                    + "(?: Attempted loss scale: " + named("zero") + ",? (?:reducing to " + named("less")
                    + "|but hysteresis is \\d+\\. Reducing hysteresis to \\d+))?+(?<whole>)"
                    + "|(?:fp16 dynamic loss scale overflow!|Overflow detected\\.) Skipping step\\. Attempted loss scale: "
                    + named("tried") + ", reducing to " + named("half")
                    + "|Reducing dynamic loss scale from " + named("high") + " to " + named("low")
                    + "|Increasing dynamic loss scale from " + named("small") + " to " + named("twice")
                    + "|Grad overflow on iteration:? (?<iteration>\\d{1,18})");
    private static final Pattern SPACES = Pattern.compile(" {2,}");
    private static final int LONGEST_MESSAGE = 1000;
    /// From DeepSpeed's first scale, 2^16, to the largest that it prints in real logs, 2^32.
    private static final int MOST_GROWTHS = 16;

    private final Reading reading;
    private final Settings settings;
    private final WrapperEvents wrapper;
    private Optional<Head> head = Optional.empty();
    private OptionalDouble scale = OptionalDouble.empty();
    private Optional<String> firstJump = Optional.empty();
    private Optional<String> firstGrowth = Optional.empty();
    private boolean gaveUp;
    private int speaker = -1;
    private int epochOfOverflow;
    private long stepOfOverflow;
    private long jumps;
    private long growths;

    /// A message that may go on in the next line.
    private record Head(String text, Text line) {}

    ScalerLines(Reading reading, Settings settings) {
        this.reading = reading;
        this.settings = settings;
        wrapper = new WrapperEvents(reading);
    }

    private static String named(String name) {
        return Numbers.PATTERN.replaceFirst("\\(", "(?<" + name + ">");
    }

    @Override
    public List<String> words() {
        return List.of(
                "OVERFLOW!",
                "loss scale overflow!",
                "Overflow detected.",
                "dynamic loss scale",
                "Grad overflow",
                "Skipping step",
                " reducing to ",
                "scale already at minimum");
    }

    @Override
    public boolean isOpen() {
        return head.isPresent();
    }

    @Override
    public void read(Text line) {
        String text = line.text();
        if (head.isPresent()) {
            text = rest(head.get(), text);
        }
        boolean tail = text.contains("Skipping step") || text.contains(" reducing to ");
        if (!tail
                && !text.contains("dynamic loss scale")
                && !text.contains("verflow")
                && !text.contains("scale already")) {
            return;
        }
        if (!gaveUp && text.contains("scale already at minimum")) {
            gaveUp = true;
            reading.note("%s: the loss scale was at its minimum, and DeepSpeed gave up".formatted(line.origin()));
        }
        if (!messages(text, line) && tail) {
            reading.unread(line); // the end of a message
        }
    }

    /// Reads what a wrapped message needs of a line.
    ///
    /// @return what the line holds behind it
    private String rest(Head begun, String text) {
        head = Optional.empty();
        String whole = begun.text + text;
        Matcher matcher = MESSAGE.matcher(whole);
        if (matcher.lookingAt() && matcher.end() >= begun.text.length() && said(matcher, begun.line)) {
            return whole.substring(matcher.end());
        }
        reading.unread(begun.line);
        return text;
    }

    /// @return whether a message begins in the line
    @SuppressWarnings("JdkObsolete") // what ends too early to be a message is what hitEnd tells
    private boolean messages(String text, Text line) {
        Matcher start = START.matcher(text);
        boolean any = false;
        int at = 0;
        while (start.find(at)) {
            any = true;
            at = start.end();
            Matcher matcher = MESSAGE.matcher(text).region(start.start(), text.length());
            if (matcher.lookingAt() && said(matcher, line)) {
                at = matcher.end();
                continue;
            }
            boolean open = matcher.hitEnd();
            String end = text.substring(start.start(), Math.min(text.length(), start.start() + LONGEST_MESSAGE));
            matcher = MESSAGE.matcher(SPACES.matcher(end).replaceAll(""));
            if (end.contains("  ") && matcher.lookingAt() && said(matcher, line)) {
                continue; // a terminal's wrap, padded
            }
            if (open && end.length() < LONGEST_MESSAGE) {
                head = Optional.of(new Head(end, line));
                return true;
            }
            reading.unread(line);
        }
        return any;
    }

    /// Takes a message.
    ///
    /// @return false if a number of it is cut
    private boolean said(Matcher matcher, Text line) {
        try {
            if (matcher.group("iteration") != null) {
                wrapper.iteration(Long.parseLong(matcher.group("iteration")), line);
                return true;
            }
            if (matcher.group("whole") != null) {
                return zero(matcher, line);
            }
            boolean grew = matcher.group("small") != null;
            double from = Numbers.parse(group(matcher, "tried", "high", "small"));
            double to = Numbers.parse(group(matcher, "half", "low", "twice"));
            if (grew ? to != 2 * from : !isReduced(from, to)) {
                return false;
            }
            wrapper.event(grew ? ScaleEvent.Kind.GREW : ScaleEvent.Kind.REDUCED, from, to, matcher.start(), line);
            return true;
        } catch (NumberFormatException torn) {
            return false;
        }
    }

    private static String group(Matcher matcher, String... names) {
        for (String name : names) {
            String group = matcher.group(name);
            if (group != null) {
                return group;
            }
        }
        throw new IllegalArgumentException("expected one of the groups " + List.of(names));
    }

    /// A scale is halved or stays, but for its minimum and for fractions, which are printed as whole numbers.
    private static boolean isReduced(double from, double to) {
        return to <= from && to >= Math.floor(from / 2);
    }

    private boolean zero(Matcher matcher, Text line) {
        if (matcher.group("zero") == null) {
            return matcher.group("bare") != null && bare(line);
        }
        double from = Numbers.parse(matcher.group("zero"));
        boolean reduced = matcher.group("less") != null;
        double to = reduced ? Numbers.parse(matcher.group("less")) : from;
        if (!isReduced(from, to)) {
            return false;
        }
        reading.fact(Provenance.DTYPE, "fp16", false, line.origin());
        reading.fact(Provenance.LOSS_SCALER, "zero", false, line.origin());
        int rank = matcher.group("rank") == null ? line.rank() : Integer.parseInt(matcher.group("rank"));
        if (isOther(rank)) {
            return true;
        }
        grown(from, line);
        // before 0.8.3 an overflow that hysteresis takes is printed as a reduction to the same scale
        boolean kept = from == to && from > settings.smallestScale();
        reading.event(kept ? ScaleEvent.Kind.HYSTERESIS : ScaleEvent.Kind.REDUCED, from, to, line.origin());
        scale = OptionalDouble.of(to);
        epochOfOverflow = reading.epoch();
        stepOfOverflow = reading.step();
        return true;
    }

    /// The rank that speaks first is listened to.
    private boolean isOther(int rank) {
        if (rank < 0) {
            return false;
        }
        if (speaker < 0) {
            speaker = rank;
        }
        if (rank != speaker) {
            reading.repeated();
        }
        return rank != speaker;
    }

    /// An overflow of BF16, which has no scale to print; a line of FP16 that ends here is torn.
    private boolean bare(Text line) {
        if (scale.isPresent()) {
            return false;
        }
        if (!isOther(line.rank())) {
            reading.event(ScaleEvent.Kind.REDUCED, 1, 1, line.origin());
        }
        return true;
    }

    /// ZeRO's scaler prints no growth: it shows in the scale of the next overflow.
    private void grown(double now, Text line) {
        double before = scale.orElse(settings.initialScale().orElse(now));
        if (now == before || now < 1 || before < 1) {
            return;
        }
        double doublings = Math.log(now / before) / Math.log(2);
        int times = (int) Math.round(doublings);
        boolean sameEpoch = epochOfOverflow == reading.epoch();
        long passed = reading.step() - stepOfOverflow;
        boolean sudden = times > MOST_GROWTHS || (sameEpoch && passed > 0 && times > passed);
        if (times < 1 || sudden || before * Math.pow(2, times) != now) {
            jumps++;
            if (firstJump.isEmpty()) {
                firstJump = Optional.of("%s says %s after %s".formatted(line.origin(), now, before));
            }
            return;
        }
        growths += times;
        if (firstGrowth.isEmpty()) {
            firstGrowth = Optional.of(line.origin());
        }
        OptionalInt window = settings.scaleWindow();
        boolean ruled = window.isPresent() && sameEpoch;
        for (int i = 0; i < times; i++) {
            long step =
                    ruled ? Math.min(reading.step(), stepOfOverflow + (i + 1L) * window.getAsInt()) : reading.step();
            double from = before * Math.pow(2, i);
            reading.tell(
                    new ScaleEvent(reading.epoch(), step, false, ScaleEvent.Kind.GREW, from, 2 * from, line.origin()));
        }
    }

    @Override
    public void end() {
        head.ifPresent(begun -> reading.unread(begun.line));
        wrapper.end();
        firstGrowth.ifPresent(first -> reading.note(
                "%d growths of the loss scale are not printed but follow from the scale of the next overflow, the first from %s"
                        .formatted(growths, first)));
        firstJump.ifPresent(first -> reading.gap(
                "the loss scale is not the one that the overflow before left, %d times: lines are missing, or more than one run is in the log; the first: %s"
                        .formatted(jumps, first)));
    }
}
