package dev.parity.importers;

import dev.parity.trace.TraceRecord;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// The records of a TFRecord file: length (8 bytes, little-endian), its checksum, data, its checksum. What is
/// damaged is a gap that names the byte at which its record begins.
final class EventRecords {
    /// Bytes of a record's data; longer ones hold images and graphs.
    private static final int LONGEST = 16 << 20;

    private static final int HEADER = 12;
    private static final int CHECKSUM = 4;

    private final String name;
    private final InputStream in;
    private final Consumer<TraceRecord> found;
    private long at;

    /// One record.
    ///
    /// @param data without lengths and checksums
    /// @param origin file and byte
    @SuppressWarnings("ArrayRecordComponent") // made for one reader, which does not write to it
    record Item(byte[] data, String origin) {}

    /// @param name of the file
    /// @param in its bytes
    /// @param found hears of gaps
    EventRecords(String name, InputStream in, Consumer<TraceRecord> found) {
        this.name = name;
        this.in = in;
        this.found = found;
    }

    /// Returns the next whole record.
    ///
    /// @return empty at the end, and where the rest is damaged
    Optional<Item> next() {
        try {
            while (true) {
                long begin = at;
                String origin = "%s, byte %d".formatted(name, begin);
                byte[] header = read(HEADER);
                if (header.length == 0) {
                    return Optional.empty();
                }
                if (header.length < HEADER) {
                    return end(origin, "the record is cut");
                }
                ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
                long length = fields.getLong();
                if (fields.getInt() != checksum(header, Long.BYTES) || length < 0) {
                    return end(origin, "the checksum of a length does not match: nothing from here on was read");
                }
                if (length > LONGEST) {
                    if (skip(length + CHECKSUM) < length + CHECKSUM) {
                        return end(origin, "the record is cut");
                    }
                    continue;
                }
                byte[] data = read((int) length);
                byte[] sum = read(CHECKSUM);
                if (sum.length < CHECKSUM) {
                    return end(origin, "the record is cut");
                }
                int expected =
                        ByteBuffer.wrap(sum).order(ByteOrder.LITTLE_ENDIAN).getInt();
                if (expected == checksum(data, data.length)) {
                    return Optional.of(new Item(data, origin));
                }
                gap(origin, "the checksum of a record does not match: the record was not read");
            }
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot read " + name, problem);
        }
    }

    private Optional<Item> end(String origin, String problem) {
        gap(origin, problem);
        return Optional.empty();
    }

    private void gap(String origin, String problem) {
        found.accept(new TraceRecord.Note("%s: %s".formatted(origin, problem), true));
    }

    /// Reads bytes. A compressed stream that was cut fails there: its last piece is lost, and counts as one byte, which
    /// is neither the end nor a whole record.
    ///
    /// @return fewer bytes at the end
    private byte[] read(int length) throws IOException {
        try {
            byte[] bytes = in.readNBytes(length);
            at += bytes.length;
            return bytes;
        } catch (EOFException cut) {
            return new byte[1];
        }
    }

    private long skip(long length) throws IOException {
        long left = length;
        while (left > 0) {
            int part = (int) Math.min(left, LONGEST);
            int got = read(part).length;
            left -= got;
            if (got < part) {
                break;
            }
        }
        return length - left;
    }

    /// The CRC-32C that TFRecord files hold: rotated, and with a constant added.
    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }
}
