package dev.parity.trace.internal.logs;

import java.util.List;

/// Reads one kind of line of a text log, and what such lines say together.
interface LineReader {
    /// Returns what to look for.
    ///
    /// @return words of at least five bytes; each line of this kind holds one
    List<String> words();

    /// Reads a line that holds one of the words, or follows an open message, or is like none.
    void read(Text line);

    /// Tells whether the line after this one must be read too, whatever it holds, as the end of a message.
    default boolean isOpen() {
        return false;
    }

    /// Hears that the log ended.
    default void end() {}
}
