package dev.parity.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A training and a test set.
///
/// @param name what was read, for provenance
/// @param train images to learn from
/// @param test images to be judged by
public record DataSets(String name, DataSet train, DataSet test) {
    /// The names of CIFAR-10's classes as the example's logs print them, in label order.
    public static final List<String> CIFAR_CLASSES =
            List.of("plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final String BINARY_FOLDER = "cifar-10-batches-bin";
    private static final String PICKLE_FOLDER = "cifar-10-batches-py";

    /// Makes or reads what a configuration names.
    ///
    /// @param data the configuration
    /// @return the sets
    /// @throws DataException if files are absent or damaged
    public static DataSets of(TrainingConfig.Data data) {
        return switch (data.source()) {
            case SYNTHETIC -> synthetic(data.seed(), data.trainItems(), data.testItems());
            case FILES -> {
                DataSets all = read(Path.of(data.directory()));
                yield new DataSets(all.name, all.train.first(data.trainItems()), all.test.first(data.testItems()));
            }
        };
    }

    /// Makes the synthetic set: ten classes of coloured waves, balanced, most images near the border of two
    /// classes; one image of five shows a random class, so that no net gets more than 82 % right.
    ///
    /// @param seed of the set
    /// @param trainItems number of training images
    /// @param testItems number of test images
    /// @return the sets
    public static DataSets synthetic(long seed, int trainItems, int testItems) {
        SyntheticImages images = new SyntheticImages(seed);
        return new DataSets(
                "synthetic seed=%d".formatted(seed),
                set(images.make("train", trainItems)),
                set(images.make("test", testItems)));
    }

    /// Reads CIFAR-10 in the layout that is found: the official binary one, the Python pickles, or a
    /// folder or zip of images (`train/CLASS/…`, `test/CLASS/…`).
    ///
    /// @param place folder or zip
    /// @return the sets
    /// @throws DataException if nothing is there, or a file is damaged
    public static DataSets read(Path place) {
        if (!Files.exists(place)) {
            throw new DataException(
                    "%s does not exist: give the folder or zip of CIFAR-10, or run './parity data fetch DIR'"
                            .formatted(place));
        }
        for (Path folder : List.of(place, place.resolve(BINARY_FOLDER), place.resolve(PICKLE_FOLDER))) {
            if (Files.exists(folder.resolve("data_batch_1.bin"))) {
                return sets("binary", BinaryBatches.read(folder));
            }
            if (Files.exists(folder.resolve("data_batch_1"))) {
                return sets("pickle", PickleBatches.read(folder));
            }
        }
        if (ImageTree.isOne(place)) {
            return sets("images", ImageTree.read(place));
        }
        throw new DataException(
                "%s holds no CIFAR-10: expected data_batch_1.bin … test_batch.bin, data_batch_1 … test_batch, or images in train/CLASS and test/CLASS"
                        .formatted(place));
    }

    private static DataSets sets(String layout, RawImages.Split split) {
        return new DataSets(layout, set(split.train()), set(split.test()));
    }

    private static DataSet set(RawImages raw) {
        return new DataSet(CIFAR_CLASSES, raw.images(), raw.labels());
    }
}
