package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                .hasMessageContaining("data_batch_1, offset ")
                .hasMessageContaining("expected a whole pickled batch")
                .hasMessageContaining("a length of 30720000 where 9998");
    }

    // pickletools' opcodes with a length, each of 2^31 - 1 bytes, more, or less than none
    @ParameterizedTest
    @CsvSource({
        "54 ffffff7f, 2147483647",
        "54 ffffffff, 4294967295",
        "42 ffffff7f, 2147483647",
        "58 ffffff7f, 2147483647",
        "8b ffffff7f, 2147483647",
        "8d ffffff7f00000000, 2147483647",
        "8e ffffffffffffffff, -1",
        "96 ffffffffffffff7f, 9223372036854775807",
        "96 0500000000000000, 5"
    })
    void aPickledLengthBeyondTheFileIsRefusedWithItsOffset(String opcode, String length) throws IOException {
        byte[] bytes = HexFormat.of().parseHex("8002" + opcode.replace(" ", "") + "00000000");
        writePickles(bytes);
        assertThatThrownBy(() -> DataSets.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(
                        "data_batch_1, offset %d: expected a whole pickled batch".formatted(bytes.length - 4))
                .hasMessageContaining("a length of %s where 4 bytes are left".formatted(length));
    }

    // EMPTY_DICT, EMPTY_LIST, BINPUT 0, BINGET 0, APPEND: a list that holds itself; NONE, SETITEM: as a key
    @Test
    void aPickleOfAListThatHoldsItselfIsRefused() throws IOException {
        writePickles(HexFormat.of().parseHex("80027d5d7100680061" + "4e732e"));
        assertThatThrownBy(() -> DataSets.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("data_batch_1, offset ");
    }

    // EMPTY_DICT, STOP; EMPTY_DICT, SHORT_BINSTRING x, NONE, SETITEM, STOP; EMPTY_LIST, STOP
    @ParameterizedTest
    @CsvSource({
        "80027d2e, expected an entry 'data'; found []",
        "80027d5501784e732e, expected an entry 'data'; found [x]",
        "80027d4b014e732e, expected an entry 'data'; found [(no text)]",
        "80025d2e, expected a pickled dict"
    })
    void aPickleOfSomethingElseIsRefused(String bytes, String message) throws IOException {
        writePickles(HexFormat.of().parseHex(bytes));
        assertThatThrownBy(() -> DataSets.read(folder))
                .hasMessageContaining("data_batch_1: " + message.replace(';', ','));
    }

    @Test
    void aPickleThatNeverEndsIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("data_batch_1"), Path.of("/dev/zero"));
        assertThatThrownBy(() -> DataSets.read(folder))
                .hasMessageContaining("data_batch_1: expected a pickled batch of at most 67108864 bytes, found more");
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

    /// Writes a PNG's header and no pixel (ISO/IEC 15948, 11.2.2), so that only the header can be read.
    private static byte[] pngHeader(int width, int height) {
        byte[] chunk = ByteBuffer.allocate(17)
                .put(new byte[] {'I', 'H', 'D', 'R'})
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        CRC32 sum = new CRC32();
        sum.update(chunk);
        return ByteBuffer.allocate(33)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
                .putInt(13)
                .put(chunk)
                .putInt((int) sum.getValue())
                .array();
    }

    @ParameterizedTest
    @CsvSource({
        "25000, 25000, found 25000 x 25000",
        "32, 33, found 32 x 33",
        "33, 32, found 33 x 32",
        "32, 32, found a damaged one"
    })
    void anImagesSizeIsReadBeforeItsPixels(int width, int height, String found) throws IOException {
        writeImages(folder, 32);
        Files.write(folder.resolve("train/truck/1.png"), pngHeader(width, height));
        assertThatThrownBy(() -> DataSets.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("train/truck/1.png: expected an image of 32 x 32, " + found);
    }

    @Test
    void anImageThatUnpacksToMuchIsRefused() throws IOException {
        Path zip = folder.resolve("images.zip");
        try (FileSystem inside =
                FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"))) {
            writeImages(inside.getPath("/"), 32);
            Files.write(inside.getPath("/test/truck/1.png"), new byte[2 << 20]);
        }
        assertThat(Files.size(zip)).isLessThan(10_000);
        assertThatThrownBy(() -> DataSets.read(zip))
                .hasMessageContaining(
                        "test/truck/1.png: expected an image of 32 x 32, found a file of more than 1048576 bytes");
    }

    @Test
    void aFileThatIsNoImageIsRefused() throws IOException {
        writeImages(folder, 32);
        Files.writeString(folder.resolve("train/truck/1.png"), "hello");
        assertThatThrownBy(() -> DataSets.read(folder))
                .hasMessageContaining("1.png: expected an image of 32 x 32, found no image");
    }

    @Test
    void moreImagesThanCifarHasAreRefused() throws IOException {
        Path zip = folder.resolve("images.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (int i = 0; i <= 50_000; i++) {
                out.putNextEntry(new ZipEntry("train/cat/%d.png".formatted(i)));
            }
        }
        assertThatThrownBy(() -> DataSets.read(zip))
                .hasMessageContaining("images.zip: /train holds 50001 images, expected at most CIFAR-10's 50000");
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
