package dev.parity.trace.internal;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Splits a stream into lines of bounded length, and remembers whether a compressed stream was cut.
public final class Lines {
    /// Bytes of a trace's longest line.
    public static final int LONGEST_RECORD = 16 << 20;
    /// Bytes of a log's longest line.
    public static final int LONGEST_LOG_LINE = 1 << 20;

    private final InputStream in;
    private final int longest;
    private final boolean returns;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int filled;
    private boolean afterReturn;
    private boolean cut;

    /// What a line ends with.
    public enum End {
        /// A line feed, or a carriage return where those end lines too.
        BREAK,
        /// The stream's end.
        STREAM,
        /// The longest length: the next line is the rest of this one.
        LENGTH
    }

    /// One line.
    ///
    /// @param bytes without the line end
    /// @param end what follows them
    @SuppressWarnings("ArrayRecordComponent") // made for one reader, which does not write to it
    public record Line(byte[] bytes, End end) {
        /// Tells whether nothing was left to read.
        ///
        /// @return whether the stream ended before the line's first byte
        public boolean isNothing() {
            return end == End.STREAM && bytes.length == 0;
        }
    }

    /// Starts at the beginning of a stream.
    ///
    /// @param in read in blocks, not closed
    /// @param longest bytes of a line, at least 1
    /// @param returns whether a carriage return ends a line too, as a progress bar uses it
    public Lines(InputStream in, int longest, boolean returns) {
        this.in = in;
        this.longest = longest;
        this.returns = returns;
    }

    /// Returns the next line.
    ///
    /// @return the line, [Line#isNothing] at the end
    /// @throws IOException if the stream cannot be read
    public Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int from = at;
            int end = Math.min(filled, at + longest - line.size());
            while (at < end && buffer[at] != '\n' && !(returns && buffer[at] == '\r')) {
                at++;
            }
            line.write(buffer, from, at - from);
            if (at < end) {
                boolean second = afterReturn && at == from && line.size() == 0 && buffer[at] == '\n';
                afterReturn = buffer[at++] == '\r';
                if (!second) {
                    return new Line(line.toByteArray(), End.BREAK);
                }
            } else if (line.size() == longest) {
                return new Line(line.toByteArray(), End.LENGTH);
            } else if (!fill()) {
                return new Line(line.toByteArray(), End.STREAM);
            }
            afterReturn &= line.size() == 0;
        }
    }

    /// Tells whether the stream ended before its compression did.
    ///
    /// @return false for one that is not compressed
    public boolean isCut() {
        return cut;
    }

    private boolean fill() throws IOException {
        at = 0;
        filled = 0;
        try {
            filled = cut ? 0 : Math.max(0, in.read(buffer));
        } catch (EOFException truncated) {
            cut = true;
        }
        return filled > 0;
    }
}
