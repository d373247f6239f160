package dev.parity.engine;

import java.nio.file.Path;

/// The official binary layout: records of one label byte and 3072 pixel bytes, 10,000 a file.
final class BinaryBatches {
    private static final int RECORD = 1 + RawImages.IMAGE;
    private static final int ITEMS = 10_000;
    private static final int BATCHES = 5;

    private BinaryBatches() {}

    /// Reads data_batch_1.bin to data_batch_5.bin and test_batch.bin.
    ///
    /// @param folder where they are
    /// @return the sets
    static RawImages.Split read(Path folder) {
        RawImages train = new RawImages(BATCHES * ITEMS);
        for (int batch = 0; batch < BATCHES; batch++) {
            read(folder.resolve("data_batch_%d.bin".formatted(batch + 1)), train, batch * ITEMS);
        }
        RawImages test = new RawImages(ITEMS);
        read(folder.resolve("test_batch.bin"), test, 0);
        return new RawImages.Split(train, test);
    }

    private static void read(Path file, RawImages target, int first) {
        byte[] bytes = RawImages.bytes(file, (long) ITEMS * RECORD);
        for (int i = 0; i < ITEMS; i++) {
            target.label(first + i, bytes[i * RECORD] & 0xff, file, (long) i * RECORD);
            System.arraycopy(bytes, i * RECORD + 1, target.images(), (first + i) * RawImages.IMAGE, RawImages.IMAGE);
        }
    }
}
