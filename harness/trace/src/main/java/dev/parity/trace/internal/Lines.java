package dev.parity.trace.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Splits a stream into lines of bounded length, and remembers whether a compressed stream was cut. Its
/// memory is at most twice the longest line.
public final class Lines {
    /// Bytes of a trace's longest line.
    public static final int LONGEST_RECORD = 16 << 20;
    /// Bytes of a log's longest line.
    public static final int LONGEST_LOG_LINE = 1 << 20;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = ONES << 7;

    private final InputStream in;
    private final int longest;
    private final byte second;
    private byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private int at;
    private int filled;
    private End end = End.BREAK;
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
        second = (byte) (returns ? '\r' : '\n');
    }

    /// Returns the next line.
    ///
    /// @return the line, [Line#isNothing] at the end
    /// @throws IOException if the stream cannot be read
    public Line next() throws IOException {
        advance();
        return new Line(Arrays.copyOfRange(buffer, from, to), end);
    }

    /// Goes on to the next line, without a copy: it lies in [#buffer] until the next call.
    ///
    /// @return whether there is one
    /// @throws IOException if the stream cannot be read
    public boolean advance() throws IOException {
        from = at;
        int scanned = from;
        while (true) {
            int limit = Math.min(filled, from + longest);
            to = breakIn(scanned, limit);
            if (to < limit) {
                boolean pair = afterReturn && to == from && buffer[to] == '\n';
                afterReturn = buffer[to] == '\r';
                at = to + 1;
                if (!pair) {
                    end = End.BREAK;
                    return true;
                }
                from = at;
                scanned = at;
            } else if (limit == from + longest) {
                at = limit;
                end = End.LENGTH;
                afterReturn = false;
                return true;
            } else {
                scanned = limit - from;
                if (!fill()) {
                    to = filled;
                    at = filled;
                    end = End.STREAM;
                    return to > from;
                }
                scanned += from;
            }
        }
    }

    /// Returns the bytes in which the line lies.
    ///
    /// @return not to be written to, other bytes after the next call
    public byte[] buffer() {
        return buffer;
    }

    /// Returns where the line begins.
    ///
    /// @return index in [#buffer]
    public int from() {
        return from;
    }

    /// Returns where the line ends.
    ///
    /// @return index in [#buffer] after its last byte
    public int to() {
        return to;
    }

    /// Returns what the line ends with.
    ///
    /// @return what follows its last byte
    public End end() {
        return end;
    }

    /// Tells whether the stream ended before its compression did.
    ///
    /// @return false for one that is not compressed
    public boolean isCut() {
        return cut;
    }

    /// Finds a line end; of eight bytes at once, one that is zero after XOR is the lowest whose high bit is
    /// set in `(x - 1) & ~x`.
    private int breakIn(int start, int limit) {
        int i = start;
        long feeds = ONES * '\n';
        long others = ONES * second;
        for (; i + Long.BYTES <= limit; i += Long.BYTES) {
            long bytes = (long) EIGHT.get(buffer, i);
            long x = bytes ^ feeds;
            long y = bytes ^ others;
            long hit = (((x - ONES) & ~x) | ((y - ONES) & ~y)) & HIGHS;
            if (hit != 0) {
                return i + (Long.numberOfTrailingZeros(hit) >>> 3);
            }
        }
        while (i < limit && buffer[i] != '\n' && buffer[i] != second) {
            i++;
        }
        return i;
    }

    /// Moves the line begun to the buffer's start and reads on behind it.
    private boolean fill() throws IOException {
        int kept = filled - from;
        if (kept == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * kept);
        } else {
            System.arraycopy(buffer, from, buffer, 0, kept);
        }
        from = 0;
        filled = kept;
        int count = 0;
        try {
            count = cut ? 0 : Math.max(0, in.read(buffer, filled, buffer.length - filled));
        } catch (EOFException truncated) {
            cut = true;
        }
        filled += count;
        return count > 0;
    }
}
