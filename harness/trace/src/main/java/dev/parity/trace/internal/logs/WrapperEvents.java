package dev.parity.trace.internal.logs;

import dev.parity.trace.Provenance;
import dev.parity.trace.ScaleEvent;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What DeepSpeed's fused and unfused optimizers print of an event: up to three lines a rank, in any order.
///
/// Two lines with the same scales are one event if they are of one iteration, or, where that is not known,
/// were printed within half a second, or in logs without a clock, between the same two printed steps. Else
/// they are two: a scale that grows into its limit falls from it again and again.
final class WrapperEvents {
    private static final int KEPT = 4;
    private static final Duration NEAR = Duration.ofMillis(500);
    private static final Pattern CLOCK = Pattern.compile("\\[(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3})]");
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");

    private final Reading reading;
    private final Deque<Event> recent = new ArrayDeque<>();
    private OptionalLong iteration = OptionalLong.empty();
    private int speaker = -1;

    /// An event, as its first line said it.
    private record Event(
            ScaleEvent.Kind kind,
            double from,
            double to,
            OptionalLong iteration,
            Optional<LocalDateTime> clock,
            int epoch,
            long step,
            long stamp,
            String origin) {
        boolean says(ScaleEvent.Kind other, double first, double last) {
            return kind == other && from == first && to == last;
        }

        Event in(long number) {
            return new Event(kind, from, to, OptionalLong.of(number), clock, epoch, step, stamp, origin);
        }

        ScaleEvent told() {
            return iteration.isPresent()
                    ? new ScaleEvent(0, iteration.getAsLong(), true, kind, from, to, origin)
                    : new ScaleEvent(epoch, step, false, kind, from, to, origin);
        }
    }

    WrapperEvents(Reading reading) {
        this.reading = reading;
    }

    /// Hears in which iteration the gradients overflowed.
    void iteration(long number, Text line) {
        facts(line);
        iteration = OptionalLong.of(number);
    }

    /// Hears of an event.
    ///
    /// @param at where its message begins in the line
    void event(ScaleEvent.Kind kind, double from, double to, int at, Text line) {
        facts(line);
        if (line.rank() >= 0) {
            speaker = speaker < 0 ? line.rank() : speaker;
            if (line.rank() != speaker) {
                reading.repeated();
                return;
            }
        }
        Optional<LocalDateTime> clock = clock(line.text(), at);
        OptionalLong in = kind == ScaleEvent.Kind.REDUCED ? iteration : OptionalLong.empty();
        Optional<Event> same =
                recent.stream().filter(event -> event.says(kind, from, to)).findFirst();
        if (same.isPresent() && isSame(same.get(), in, clock)) {
            reading.repeated();
            if (in.isPresent() && same.get().iteration.isEmpty() && same.get().equals(recent.getFirst())) {
                recent.removeFirst();
                recent.addFirst(same.get().in(in.getAsLong()));
            }
            return;
        }
        boolean stale = in.isPresent() && recent.stream().anyMatch(event -> event.iteration.equals(in));
        if (!recent.isEmpty()) {
            reading.tell(recent.getFirst().told());
        }
        recent.addFirst(new Event(
                kind,
                from,
                to,
                stale ? OptionalLong.empty() : in,
                clock,
                reading.epoch(),
                reading.step(),
                reading.stamp(),
                line.origin()));
        if (recent.size() > KEPT) {
            recent.removeLast();
        }
    }

    private boolean isSame(Event event, OptionalLong in, Optional<LocalDateTime> clock) {
        if (in.isPresent() && event.iteration.isPresent()) {
            return in.equals(event.iteration);
        }
        if (clock.isPresent() && event.clock.isPresent()) {
            return Duration.between(event.clock.get(), clock.get()).abs().compareTo(NEAR) <= 0;
        }
        return event.stamp == reading.stamp() && event.equals(recent.getFirst());
    }

    private void facts(Text line) {
        reading.fact(Provenance.DTYPE, "fp16", false, line.origin());
        reading.fact(Provenance.LOSS_SCALER, "unfused", false, line.origin());
    }

    /// Returns the last time that stands before a message.
    private static Optional<LocalDateTime> clock(String text, int at) {
        Matcher matcher =
                CLOCK.matcher(text).region(Math.max(0, Math.min(at, text.length()) - 200), Math.min(at, text.length()));
        Optional<LocalDateTime> last = Optional.empty();
        while (matcher.find()) {
            try {
                last = Optional.of(LocalDateTime.parse(matcher.group(1), FORMAT));
            } catch (DateTimeParseException torn) {
                last = Optional.empty(); // such as a month 13: no clock
            }
        }
        return last;
    }

    void end() {
        if (!recent.isEmpty()) {
            reading.tell(recent.getFirst().told());
        }
    }
}
