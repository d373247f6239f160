package dev.parity.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Images and labels as they were read, handed over once.
final class RawImages {
    static final int IMAGE = 3 * 32 * 32;
    static final int CLASSES = 10;

    private final byte[] images;
    private final byte[] labels;

    RawImages(int items) {
        images = new byte[items * IMAGE];
        labels = new byte[items];
    }

    /// A training and a test set.
    ///
    /// @param train images to learn from
    /// @param test images to be judged by
    record Split(RawImages train, RawImages test) {}

    /// Returns the pixels.
    ///
    /// @return 3072 bytes an image
    byte[] images() {
        return images;
    }

    /// Returns the labels.
    ///
    /// @return one an image
    byte[] labels() {
        return labels;
    }

    void label(int item, int label, Path file, long offset) {
        if (label < 0 || label >= CLASSES) {
            throw new DataException(
                    "%s, offset %d: expected a label of 0 to 9, found %d".formatted(file, offset, label));
        }
        labels[item] = (byte) label;
    }

    /// Reads a file that must have a known size.
    static byte[] bytes(Path file, long size) {
        if (!Files.exists(file)) {
            throw new DataException("%s does not exist: expected a file of %d bytes".formatted(file, size));
        }
        try (InputStream in = Files.newInputStream(file)) {
            long found = Files.size(file);
            if (found != size) {
                throw new DataException("%s, offset %d: expected %d bytes, found %d"
                        .formatted(file, Math.min(found, size), size, found));
            }
            return in.readAllBytes();
        } catch (IOException problem) {
            throw new DataException("cannot read %s: %s".formatted(file, problem.getMessage()), problem);
        }
    }
}
