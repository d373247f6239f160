package dev.parity.engine;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/// The state of a run after a step: with it, the run goes on to the same digest.
///
/// @param run what the run is, so that another one does not go on from here
/// @param step steps done
/// @param applied steps that the optimizer took
/// @param records trace records written, header not counted
/// @param scaler state of the loss scaler
/// @param tensors of each rank: optimizer states by name
public record Checkpoint(
        String run,
        long step,
        long applied,
        long records,
        Map<String, Double> scaler,
        List<SortedMap<String, double[]>> tensors) {
    private static final int MAGIC = 0x50415232; // "PAR2"

    /// Copies the collections.
    public Checkpoint {
        scaler = Map.copyOf(scaler);
        tensors = List.copyOf(tensors);
    }

    /// Writes the checkpoint so that a reader finds either the old one or the new one, never half of one, and
    /// nothing beside it.
    ///
    /// @param file where to
    /// @throws UncheckedIOException if it cannot be written
    public void write(Path file) {
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            writeTo(temporary);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException problem) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException left) {
                problem.addSuppressed(left);
            }
            throw new UncheckedIOException(
                    "cannot write the checkpoint %s: %s".formatted(file, problem.getMessage()), problem);
        }
    }

    private void writeTo(Path file) throws IOException {
        CRC32C sum = new CRC32C();
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new CheckedOutputStream(Files.newOutputStream(file), sum), 1 << 16))) {
            out.writeInt(MAGIC);
            out.writeUTF(run);
            out.writeLong(step);
            out.writeLong(applied);
            out.writeLong(records);
            out.writeInt(scaler.size());
            for (Map.Entry<String, Double> entry : new TreeMap<>(scaler).entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeDouble(entry.getValue());
            }
            out.writeInt(tensors.size());
            for (SortedMap<String, double[]> rank : tensors) {
                out.writeInt(rank.size());
                for (Map.Entry<String, double[]> entry : rank.entrySet()) {
                    out.writeUTF(entry.getKey());
                    out.writeInt(entry.getValue().length);
                    for (double value : entry.getValue()) {
                        out.writeDouble(value);
                    }
                }
            }
            out.flush(); // the sum sees what has passed through
            out.writeLong(sum.getValue());
        }
    }

    /// Reads a checkpoint.
    ///
    /// @param file written by [#write]
    /// @return the checkpoint
    /// @throws DataException if the file is damaged
    public static Checkpoint read(Path file) {
        CRC32C sum = new CRC32C();
        try (DataInputStream in = new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16), sum))) {
            if (in.readInt() != MAGIC) {
                throw new DataException("%s, offset 0: expected a checkpoint's first bytes".formatted(file));
            }
            String run = in.readUTF();
            long step = in.readLong();
            long applied = in.readLong();
            long records = in.readLong();
            Map<String, Double> scaler = new TreeMap<>();
            for (int entries = in.readInt(); entries > 0; entries--) {
                scaler.put(in.readUTF(), in.readDouble());
            }
            List<SortedMap<String, double[]>> tensors = new ArrayList<>();
            for (int ranks = in.readInt(); ranks > 0; ranks--) {
                SortedMap<String, double[]> rank = new TreeMap<>();
                for (int entries = in.readInt(); entries > 0; entries--) {
                    String name = in.readUTF();
                    int length = in.readInt();
                    if (length < 0 || length > Files.size(file) / Double.BYTES) {
                        throw new DataException("%s: tensor %s cannot have %d elements".formatted(file, name, length));
                    }
                    double[] values = new double[length];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = in.readDouble();
                    }
                    rank.put(name, values);
                }
                tensors.add(rank);
            }
            long expected = sum.getValue();
            long found = in.readLong();
            if (found != expected) {
                throw new DataException("%s: expected checksum %x, found %x".formatted(file, expected, found));
            }
            return new Checkpoint(run, step, applied, records, scaler, tensors);
        } catch (IOException problem) {
            throw new DataException("%s is no whole checkpoint: %s".formatted(file, problem), problem);
        }
    }
}
