package dev.parity.trace.internal;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

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
        String name = file.toString();
        OutputStream raw = Files.newOutputStream(file);
        if (name.endsWith(".gz")) {
            return new FastGzip(raw);
        }
        return name.endsWith(".zst") ? new ZstdOutputStream(raw) : new BufferedOutputStream(raw, BUFFER);
    }

    /// Opens a file for reading.
    ///
    /// @param file plain or compressed
    /// @return the stream; a compressed file that was cut ends with an error after its last whole block
    /// @throws IOException if it cannot be read
    public static InputStream read(Path file) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        raw.mark(4);
        byte[] magic = raw.readNBytes(4);
        raw.reset();
        if (isGzip(magic)) {
            return new GZIPInputStream(raw, BUFFER);
        }
        return isZstandard(magic) ? new ZstdInputStream(raw) : raw;
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
