package dev.parity.engine;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/// Labelled images of 3 x 32 x 32 bytes, planes R, G, B, each row-major.
public final class DataSet {
    /// Bytes an image.
    public static final int IMAGE = 3 * 32 * 32;

    private final List<String> classes;
    private final byte[] images;
    private final byte[] labels;

    /// Takes over images and labels.
    ///
    /// @param classes names in label order
    /// @param images [IMAGE] bytes each, one after the other; not copied
    /// @param labels one an image, 0 to classes-1; not copied
    /// @throws IllegalArgumentException if there are more or fewer images than labels
    public DataSet(List<String> classes, byte[] images, byte[] labels) {
        if (images.length != labels.length * IMAGE) {
            throw new IllegalArgumentException("%d labels need %d bytes of images, had %d"
                    .formatted(labels.length, labels.length * IMAGE, images.length));
        }
        this.classes = List.copyOf(classes);
        this.images = images;
        this.labels = labels;
    }

    /// Returns the class names.
    ///
    /// @return in label order
    public List<String> classes() {
        return classes;
    }

    /// Returns the number of images.
    ///
    /// @return at least 1
    public int size() {
        return labels.length;
    }

    /// Returns the label of an image.
    ///
    /// @param index of the image
    /// @return 0 to classes-1
    public int label(int index) {
        return labels[index];
    }

    /// Returns one byte of an image.
    ///
    /// @param index of the image
    /// @param position 0 to IMAGE-1
    /// @return 0 to 255
    public int pixel(int index, int position) {
        return images[index * IMAGE + position] & 0xff;
    }

    /// Decodes an image.
    ///
    /// @param index of the image
    /// @param table the number for each byte value
    /// @param image receives [IMAGE] numbers
    void decode(int index, float[] table, float[] image) {
        int from = index * IMAGE;
        for (int i = 0; i < IMAGE; i++) {
            image[i] = table[images[from + i] & 0xff];
        }
    }

    /// Returns the first images.
    ///
    /// @param items how many; 0 or more than there are for all
    /// @return the set
    public DataSet first(int items) {
        if (items == 0 || items >= size()) {
            return this;
        }
        return new DataSet(classes, Arrays.copyOf(images, items * IMAGE), Arrays.copyOf(labels, items));
    }

    /// Adds everything to a digest.
    ///
    /// @param digest receives labels, then images
    void addTo(MessageDigest digest) {
        digest.update(labels);
        digest.update(images);
    }
}
