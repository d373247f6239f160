package dev.parity.engine;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// A folder or zip of images by class: `train/CLASS/NAME.png` and `test/CLASS/NAME.png` (or .jpg), in the
/// order of their names, classes as CIFAR-10 names them.
final class ImageTree {
    /// Full names, in label order; the short ones of the logs are accepted too.
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final int SIDE = 32;
    /// Images in a set: as many as CIFAR-10's training set has.
    private static final int MOST = 50_000;
    /// Bytes of an image's file, metadata included.
    private static final int LONGEST = 1 << 20;

    private ImageTree() {}

    /// Tells whether a place may hold images by class.
    ///
    /// @param place folder or file
    /// @return whether it has a folder `train`, or is a zip
    static boolean isOne(Path place) {
        return Files.isDirectory(place.resolve("train"))
                || (Files.isRegularFile(place) && place.toString().endsWith(".zip"));
    }

    /// Reads all images.
    ///
    /// @param place folder or zip
    /// @return the sets
    static RawImages.Split read(Path place) {
        try {
            if (Files.isDirectory(place)) {
                return split(place, place);
            }
            try (FileSystem zip = FileSystems.newFileSystem(place)) {
                return split(zip.getPath("/"), place);
            }
        } catch (IOException | UncheckedIOException problem) {
            throw new DataException("cannot read %s: %s".formatted(place, problem.getMessage()), problem);
        }
    }

    private static RawImages.Split split(Path root, Path place) throws IOException {
        return new RawImages.Split(read(root.resolve("train"), place), read(root.resolve("test"), place));
    }

    private static RawImages read(Path folder, Path place) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DataException("%s: expected a folder %s of images by class".formatted(place, folder));
        }
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new DataException("%s: %s holds no image".formatted(place, folder));
        }
        if (files.size() > MOST) {
            throw new DataException("%s: %s holds %d images, expected at most CIFAR-10's %d"
                    .formatted(place, folder, files.size(), MOST));
        }
        RawImages images = new RawImages(files.size());
        for (int item = 0; item < files.size(); item++) {
            read(files.get(item), images, item);
        }
        return images;
    }

    private static void read(Path file, RawImages target, int item) throws IOException {
        Path parent = file.getParent();
        String name = parent == null ? "" : String.valueOf(parent.getFileName());
        int label = Math.max(CLASSES.indexOf(name), DataSets.CIFAR_CLASSES.indexOf(name));
        if (label < 0) {
            throw new DataException("%s: expected a class folder of %s, found '%s'".formatted(file, CLASSES, name));
        }
        target.label(item, label, file, 0);
        BufferedImage image = decode(file);
        int at = item * RawImages.IMAGE;
        for (int i = 0; i < SIDE * SIDE; i++) {
            int rgb = image.getRGB(i % SIDE, i / SIDE);
            target.images()[at + i] = (byte) (rgb >> 16);
            target.images()[at + SIDE * SIDE + i] = (byte) (rgb >> 8);
            target.images()[at + 2 * SIDE * SIDE + i] = (byte) rgb;
        }
    }

    /// Decodes an image whose header gives the right size: a small file may unpack to gigabytes.
    private static BufferedImage decode(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        }
        if (bytes.length > LONGEST) {
            throw wrong(file, "a file of more than %d bytes".formatted(LONGEST));
        }
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw wrong(file, "no image");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                if (width != SIDE || height != SIDE) {
                    throw wrong(file, width + " x " + height);
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (DataException known) {
            throw known;
        } catch (IOException | RuntimeException problem) { // decoders throw what they happen upon
            throw new DataException(
                    "%s: expected an image of %d x %d, found a damaged one (%s)".formatted(file, SIDE, SIDE, problem),
                    problem);
        }
    }

    private static DataException wrong(Path file, String found) {
        return new DataException("%s: expected an image of %d x %d, found %s".formatted(file, SIDE, SIDE, found));
    }
}
