package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataSetsTest {
    private static final int RECORD = 3073;
    private static final int ITEMS = 10_000;

    @TempDir
    private Path folder;

    private byte[] batch;

    @BeforeEach
    void drawABatch() {
        batch = new byte[ITEMS * RECORD];
        new Random(4).nextBytes(batch);
        for (int i = 0; i < ITEMS; i++) {
            batch[i * RECORD] = (byte) (i % 10);
        }
    }

    private void writeBinary() throws IOException {
        for (int i = 1; i <= 5; i++) {
            Files.write(folder.resolve("data_batch_%d.bin".formatted(i)), batch);
        }
        Files.write(folder.resolve("test_batch.bin"), batch);
    }

    @Test
    void theBinaryLayoutIsRead() throws IOException {
        writeBinary();
        DataSets sets = DataSets.read(folder);
        assertThat(sets.train().size()).isEqualTo(50_000);
        assertThat(sets.test().size()).isEqualTo(10_000);
        assertThat(sets.test().label(7)).isEqualTo(7);
        assertThat(sets.train().pixel(20_003, 5)).isEqualTo(batch[3 * RECORD + 6] & 0xff);
    }

    @Test
    void aTruncatedFileIsRefusedWithItsNameAndOffset() throws IOException {
        writeBinary();
        Files.write(folder.resolve("data_batch_3.bin"), Arrays.copyOf(batch, 12_345));
        assertThatThrownBy(() -> DataSets.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("data_batch_3.bin, offset 12345: expected 30730000 bytes, found 12345");
    }

    @Test
    void aLabelBeyondTheClassesIsRefusedWithItsNameAndOffset() throws IOException {
        writeBinary();
        batch[17 * RECORD] = 10;
        Files.write(folder.resolve("test_batch.bin"), batch);
        assertThatThrownBy(() -> DataSets.read(folder))
                .hasMessageContaining(
                        "test_batch.bin, offset %d: expected a label of 0 to 9, found 10".formatted(17 * RECORD));
    }

    @Test
    void aMissingFileIsRefused() throws IOException {
        writeBinary();
        Files.delete(folder.resolve("data_batch_5.bin"));
        assertThatThrownBy(() -> DataSets.read(folder)).hasMessageContaining("data_batch_5.bin does not exist");
    }

    @Test
    void aFolderWithoutDataSaysWhatWasExpected() {
        assertThatThrownBy(() -> DataSets.read(folder))
                .hasMessageContaining("holds no CIFAR-10: expected data_batch_1.bin");
        assertThatThrownBy(() -> DataSets.read(folder.resolve("nowhere"))).hasMessageContaining("does not exist");
    }

    /// Writes what cPickle of Python 2 wrote for CIFAR-10: a dict of byte strings, in protocol 2
    /// (pickletools' opcodes).
    private byte[] pickled(int items) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x80, 2, '}', '('}); // PROTO 2, EMPTY_DICT, MARK
        shortString(out, "data");
        out.write("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n".getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[] {'K', 0, (byte) 0x85}); // BININT1 0, TUPLE1
        shortString(out, "b");
        out.write(new byte[] {(byte) 0x87, 'R', '('}); // TUPLE3, REDUCE, MARK of the state
        out.write(new byte[] {'K', 1, 'M', (byte) items, (byte) (items >> 8), 'M', 0, 12, (byte) 0x86});
        out.write("cnumpy\ndtype\n".getBytes(StandardCharsets.US_ASCII));
        shortString(out, "u1");
        out.write(new byte[] {'K', 0, 'K', 1, (byte) 0x87, 'R', '(', 'K', 3});
        shortString(out, "|");
        out.write(new byte[] {'N', 'N', 'N'});
        out.write(new byte[] {'J', -1, -1, -1, -1, 'J', -1, -1, -1, -1, 'K', 0, 't', 'b'}); // …, TUPLE, BUILD
        out.write((byte) 0x89); // NEWFALSE: not in Fortran order
        out.write('T'); // BINSTRING
        int length = items * DataSet.IMAGE;
        out.write(new byte[] {(byte) length, (byte) (length >> 8), (byte) (length >> 16), (byte) (length >> 24)});
        for (int i = 0; i < items; i++) {
            out.write(batch, i * RECORD + 1, DataSet.IMAGE);
        }
        out.write(new byte[] {'t', 'b'}); // TUPLE, BUILD
        shortString(out, "labels");
        out.write(new byte[] {']', '('}); // EMPTY_LIST, MARK
        for (int i = 0; i < items; i++) {
            out.write(new byte[] {'K', batch[i * RECORD]});
        }
        out.write(new byte[] {'e', 'u', '.'}); // APPENDS, SETITEMS, STOP
        return out.toByteArray();
    }

    private static void shortString(OutputStream out, String text) throws IOException {
        out.write('U');
        out.write(text.length());
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void writePickles(byte[] bytes) throws IOException {
        Path inner = Files.createDirectory(folder.resolve("cifar-10-batches-py"));
        for (int i = 1; i <= 5; i++) {
            Files.write(inner.resolve("data_batch_%d".formatted(i)), bytes);
        }
        Files.write(inner.resolve("test_batch"), bytes);
    }

    @Test
    void thePickleLayoutIsReadFromTheFolderAbove() throws IOException {
        writePickles(pickled(ITEMS));
        DataSets sets = DataSets.read(folder);
        assertThat(sets.name()).isEqualTo("pickle");
        assertThat(sets.train().size()).isEqualTo(50_000);
        assertThat(sets.train().label(10_009)).isEqualTo(9);
        assertThat(sets.test().pixel(9_999, 3071)).isEqualTo(batch[ITEMS * RECORD - 1] & 0xff);
    }

    @Test
    void aTruncatedPickleIsRefused() throws IOException {
        writePickles(Arrays.copyOf(pickled(ITEMS), 1_000_000));
        assertThatThrownBy(() -> DataSets.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("data_batch_1")
                .hasMessageContaining("expected a whole pickled batch");
    }

    @Test
    void aPickleOfAnotherSizeIsRefused() throws IOException {
        writePickles(pickled(100));
        assertThatThrownBy(() -> DataSets.read(folder)).hasMessageContaining("expected 'data' of 10000 x 3072 bytes");
    }

    private static void writeImages(Path root, int side) throws IOException {
        for (String split : new String[] {"train", "test"}) {
            for (String name : new String[] {"airplane", "truck"}) {
                Path place = Files.createDirectories(root.resolve(split).resolve(name));
                BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
                image.setRGB(1, 0, 0x0a141e);
                try (OutputStream out = Files.newOutputStream(place.resolve("1.png"))) {
                    ImageIO.write(image, "png", out);
                }
            }
        }
    }

    @Test
    void imagesByClassAreReadFromAFolderAndFromAZip() throws IOException {
        writeImages(folder, 32);
        Path zip = folder.resolve("images.zip");
        try (FileSystem inside =
                FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"))) {
            writeImages(inside.getPath("/"), 32);
        }
        for (Path place : new Path[] {folder, zip}) {
            DataSets sets = DataSets.read(place);
            assertThat(sets.train().size()).isEqualTo(2);
            assertThat(sets.train().label(1)).isEqualTo(9);
            assertThat(sets.test().pixel(0, 1)).isEqualTo(10);
            assertThat(sets.test().pixel(0, 1024 + 1)).isEqualTo(20);
            assertThat(sets.test().pixel(0, 2048 + 1)).isEqualTo(30);
        }
    }

    @Test
    void anImageOfAnotherSizeIsRefusedByName() throws IOException {
        writeImages(folder, 16);
        assertThatThrownBy(() -> DataSets.read(folder))
                .hasMessageContaining("1.png: expected an image of 32 x 32, found 16 x 16");
    }

    @Test
    void theSyntheticSetIsTheSameForASeedAndAboutBalanced() {
        DataSets a = DataSets.synthetic(1, 1000, 100);
        DataSets b = DataSets.synthetic(1, 1000, 100);
        int[] counts = new int[10];
        for (int i = 0; i < 1000; i++) {
            assertThat(a.train().label(i)).isEqualTo(b.train().label(i));
            counts[a.train().label(i)]++;
        }
        // 60 sure ones and binomial(400, 0.1): standard deviation 6, five of them
        for (int count : counts) {
            assertThat(count).isBetween(70, 130);
        }
        assertThat(a.test().pixel(3, 700)).isEqualTo(b.test().pixel(3, 700));
    }
}
