package dev.parity.trace.internal.logs;

import dev.parity.trace.LogSource;
import dev.parity.trace.Point;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line without a terminal's colours, and the rank that a launcher put before it.
///
/// @param text of the line
/// @param rank who printed it, [Point#EVERY_RANK] where the line does not say
/// @param line as it stands in the log
/// @param origin file and line
record Text(String text, int rank, LogSource.Line line, String origin) {
    private static final char ESCAPE = 0x1b;
    private static final Pattern ESCAPES =
            Pattern.compile(ESCAPE + "(?:\\[[0-9;?]{0,20}[A-Za-z]|\\][^" + ESCAPE + "\u0007]{0,200}\u0007)");
    /// Of torchrun, of older launchers, of `srun -l` and `mpirun`.
    private static final Pattern RANK = Pattern.compile(
            "^\\s{0,8}(?:\\[(?:rank|default)(\\d{1,6})]:|(\\d{1,6}): |\\[1,(\\d{1,6})]<std(?:out|err)>:)");

    /// Reads a line's marks.
    static Text of(LogSource.Line line) {
        String text = plain(line.text());
        if (mayName(text)) {
            Matcher matcher = RANK.matcher(text);
            if (matcher.find()) {
                for (int group = 1; group <= matcher.groupCount(); group++) {
                    if (matcher.group(group) != null) {
                        return new Text(
                                text.substring(matcher.end()),
                                Integer.parseInt(matcher.group(group)),
                                line,
                                line.origin());
                    }
                }
            }
        }
        return new Text(text, Point.EVERY_RANK, line, line.origin());
    }

    /// Leaves out a terminal's colours.
    static String plain(String text) {
        return text.indexOf(ESCAPE) >= 0 ? ESCAPES.matcher(text).replaceAll("") : text;
    }

    /// Looks at the first sign that is no space, which is faster than the pattern.
    private static boolean mayName(String text) {
        int at = 0;
        while (at < text.length() - 1 && text.charAt(at) == ' ') {
            at++;
        }
        if (text.length() - at < 3) {
            return false;
        }
        char first = text.charAt(at);
        char next = text.charAt(at + 1);
        return (first == '[' && (next == 'r' || next == 'd' || next == '1')) || (first >= '0' && first <= '9');
    }

    /// Shows the line's beginning.
    String excerpt() {
        String whole = line.text();
        return whole.length() <= 100 ? whole : whole.substring(0, 100) + "…";
    }
}
