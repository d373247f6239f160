package dev.parity.trace.internal.logs;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// The fields `name: value |` of a line of Megatron's family, in any order.
///
/// Names are compared in lower case and with spaces for underscores. Where a pipe was lost, a field holds
/// several names, each before a colon and a value.
final class Fields {
    private final SequencedMap<String, String> values = new LinkedHashMap<>();
    private boolean closed = true;

    /// Adds the fields of a piece of a line.
    ///
    /// @param text between two places
    void add(String text, int from, int to) {
        int start = from;
        while (start < to) {
            int pipe = text.indexOf('|', start);
            int end = pipe < 0 || pipe > to ? to : pipe;
            field(text, start, end);
            closed = end < to || (closed && isBlank(text, start, end));
            start = end + 1;
        }
    }

    private static boolean isBlank(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != ' ') {
                return false;
            }
        }
        return true;
    }

    private void field(String text, int from, int to) {
        int start = from;
        int colon = colon(text, from, to);
        while (colon < to) {
            int next = colon(text, colon + 1, to);
            int value = colon + 1;
            while (value < to && text.charAt(value) == ' ') {
                value++;
            }
            int end = value;
            if (next < to) {
                while (end < next && text.charAt(end) != ' ') {
                    end++;
                }
            } else {
                end = to;
                while (end > value && text.charAt(end - 1) <= ' ') {
                    end--;
                }
            }
            values.putIfAbsent(name(text, start, colon), text.substring(value, Math.max(value, end)));
            start = end;
            colon = next;
        }
    }

    private static int colon(String text, int from, int to) {
        int colon = text.indexOf(':', from);
        return colon < 0 || colon > to ? to : colon;
    }

    private static String name(String text, int from, int to) {
        String name = text.substring(from, to).strip();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_' || (c >= 'A' && c <= 'Z')) {
                return name.replace('_', ' ').toLowerCase(Locale.ROOT);
            }
        }
        return name;
    }

    /// Tells whether a pipe followed the last field.
    boolean isClosed() {
        return closed;
    }

    /// Leaves out the last field.
    void dropLast() {
        if (!values.isEmpty()) {
            values.pollLastEntry();
        }
    }

    Map<String, String> values() {
        return values;
    }
}
