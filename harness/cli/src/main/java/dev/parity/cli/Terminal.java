package dev.parity.cli;

import dev.parity.reports.Printable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;

/// What every command prints goes through here, so that no file name, log or trace steers the terminal:
/// control characters are escaped on their way out. Only the program's own colours and its progress bar
/// are sent raw.
final class Terminal extends PrintWriter {
    static final Terminal OUT = new Terminal(writer(System.out));
    static final Terminal ERR = new Terminal(writer(System.err));

    private final Writer raw;

    private Terminal(Writer raw) {
        super(new Escaping(raw), true);
        this.raw = raw;
    }

    private static Writer writer(PrintStream stream) {
        return new OutputStreamWriter(stream, stream.charset());
    }

    /// Sends text that the program itself made.
    ///
    /// @param text with control characters
    void raw(String text) {
        flush();
        try {
            raw.write(text);
            raw.flush();
        } catch (IOException problem) {
            setError(); // as PrintWriter does: nobody listens any more
        }
    }

    private static final class Escaping extends Writer {
        private final Writer to;

        Escaping(Writer to) {
            this.to = to;
        }

        @Override
        public void write(char[] text, int from, int length) throws IOException {
            to.write(Printable.of(new String(text, from, length)));
        }

        @Override
        public void flush() throws IOException {
            to.flush();
        }

        @Override
        public void close() throws IOException {
            to.close();
        }
    }
}
