package dev.parity.trace.internal;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Plain, gzip and Zstandard files: chosen by the name when written, by the first bytes when read.
public final class Compression {
    private static final int BUFFER = 1 << 16;

    private Compression() {}

    /// Opens a file for writing; a flush makes all that was written readable.
    ///
    /// @param file ends in .gz or .zst to be compressed
    /// @return the stream
    /// @throws IOException if it cannot be created
    public static OutputStream write(Path file) throws IOException {
        return over(file.toString(), Files.newOutputStream(file));
    }

    /// Compresses a stream.
    ///
    /// @param name ends in .gz or .zst to be compressed
    /// @param file receives the bytes, none after its first failure
    /// @return the stream
    /// @throws IOException if it cannot be written
    static OutputStream over(String name, OutputStream file) throws IOException {
        OutputStream raw = new UntilFailure(file);
        if (name.endsWith(".gz")) {
            return new FastGzip(raw);
        }
        return name.endsWith(".zst")
                ? new ZstdOutputStream(raw).setChecksum(true)
                : new BufferedOutputStream(raw, BUFFER);
    }

    /// Opens a file for reading.
    ///
    /// @param file plain or compressed
    /// @return the stream; a compressed file that was cut ends with an [EOFException] after its last whole block
    /// @throws DamagedException also while reading, if it was compressed and is damaged
    /// @throws EOFException if it is cut in the compression's header
    /// @throws IOException if it cannot be read
    public static InputStream read(Path file) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        raw.mark(4);
        byte[] magic = raw.readNBytes(4);
        raw.reset();
        boolean gzip = isGzip(magic);
        if (!gzip && !isZstandard(magic)) {
            return raw;
        }
        Consumed consumed = new Consumed(raw);
        try {
            return new Decompressed(
                    consumed, gzip ? new GZIPInputStream(consumed, BUFFER) : new ZstdInputStream(consumed));
        } catch (ZipException problem) {
            consumed.close();
            throw new DamagedException(consumed, problem);
        } catch (EOFException cut) {
            consumed.close();
            throw cut;
        }
    }

    /// Compressed data is damaged: not cut, but other bytes than were written.
    public static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        private DamagedException(Consumed consumed, IOException cause) {
            super(
                    "damaged %s data, at byte %d at most (%s)"
                            .formatted(
                                    cause instanceof ZipException ? "gzip" : "Zstandard",
                                    consumed.bytes,
                                    cause.getMessage()),
                    cause);
        }
    }

    /// What a decompressor has taken from a file.
    private static final class Consumed extends FilterInputStream {
        private long bytes;
        private boolean ended;

        Consumed(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int found = super.read();
            count(found < 0 ? -1 : 1);
            return found;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            int found = super.read(target, from, length);
            count(found);
            return found;
        }

        private void count(int found) {
            ended |= found < 0;
            bytes += Math.max(0, found);
        }
    }

    /// Tells a cut from damage: a decompressor that has seen the file's end lacks the rest.
    private static final class Decompressed extends FilterInputStream {
        private final Consumed consumed;

        Decompressed(Consumed consumed, InputStream in) {
            super(in);
            this.consumed = consumed;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            try {
                return super.read(target, from, length);
            } catch (ZipException problem) {
                throw new DamagedException(consumed, problem);
            } catch (ZstdIOException problem) {
                if (consumed.ended) {
                    EOFException cut = new EOFException(problem.getMessage());
                    cut.initCause(problem);
                    throw cut;
                }
                throw new DamagedException(consumed, problem);
            }
        }
    }

    /// Writes until the first failure and closes the file then: later bytes would follow a hole.
    private static final class UntilFailure extends FilterOutputStream {
        private @Nullable IOException failure;

        UntilFailure(OutputStream file) {
            super(file);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (failure != null) {
                throw failure;
            }
            try {
                out.write(bytes, from, length);
            } catch (IOException problem) {
                failure = problem;
                out.close();
                throw problem;
            }
        }
    }

    /// Tells whether bytes begin a gzip file.
    ///
    /// @param first the file's first bytes
    /// @return whether its magic number is there (RFC 1952)
    public static boolean isGzip(byte[] first) {
        return startsWith(first, 0x1f, 0x8b);
    }

    /// Tells whether bytes begin a Zstandard file.
    ///
    /// @param first the file's first bytes
    /// @return whether its magic number is there (RFC 8878)
    public static boolean isZstandard(byte[] first) {
        return startsWith(first, 0x28, 0xb5, 0x2f, 0xfd);
    }

    /// Gzip at its fastest: a recorded run must not wait for its trace.
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream raw) throws IOException {
            super(raw, BUFFER, true);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private static boolean startsWith(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
