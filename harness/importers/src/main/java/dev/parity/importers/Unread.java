package dev.parity.importers;

import dev.parity.trace.TraceRecord;
import java.util.Optional;
import java.util.function.Consumer;

/// Counts what could not be read, and keeps the place of the first.
final class Unread {
    private static final int LONGEST = 80;

    private final String what;
    private Optional<String> first = Optional.empty();
    private long count;

    /// @param what such as `rows`
    Unread(String what) {
        this.what = what;
    }

    /// Counts one.
    ///
    /// @param origin file and line
    /// @param found as it stands there
    /// @param expected what should stand there
    void add(String origin, String found, String expected) {
        count++;
        if (first.isEmpty()) {
            first = Optional.of("%s: found '%s', expected %s".formatted(origin, excerpt(found), expected));
        }
    }

    /// Tells the gap, if there is one.
    void tell(Consumer<TraceRecord> found) {
        first.ifPresent(place -> found.accept(
                new TraceRecord.Note("%d %s could not be read, the first is %s".formatted(count, what, place), true)));
    }

    /// Cuts text from a file short.
    static String excerpt(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
