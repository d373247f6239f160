package dev.parity.reports;

/// Makes text from outside fit to be printed: what would steer a terminal, hide or reorder letters, or is
/// no character of XML, is written as `\u001b`.
///
/// Such an escape is one of JSON too, so that a JSON text keeps its meaning.
public final class Printable {
    private Printable() {}

    /// Escapes control and format characters, line and paragraph separators, halves of surrogate pairs
    /// and what is no character; a line feed and a tab stay.
    ///
    /// @param text of any source
    /// @return text of visible characters, line feeds and tabs
    public static String of(String text) {
        return escape(text, "\n\t");
    }

    /// Escapes line feeds and tabs too.
    ///
    /// @param text of any source
    /// @return one line of visible characters
    public static String line(String text) {
        return escape(text, "");
    }

    private static String escape(String text, String kept) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (kept.indexOf(point) >= 0 || isVisible(point)) {
                out.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    out.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return out.toString();
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
