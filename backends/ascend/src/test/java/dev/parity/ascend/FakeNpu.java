package dev.parity.ascend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.ascend.internal.cann.Probe;
import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The fake NPUs of a test's process, in one layout of libraries. What runs on them says how our code uses a device,
/// and how the model of an NPU rounds, and nothing of a real one.
final class FakeNpu {
    private FakeNpu() {}

    /// Loads the fakes and puts them back to where they were at first.
    static FakeAscend fresh(Layout layout) {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        FakeAscend fake = FakeAscend.load(layout);
        System.setProperty("parity.ascend.home", fake.toolkit().toString());
        System.setProperty(Probe.NODES, nodes().toString());
        return fake.reset();
    }

    private static Path nodes() {
        try {
            Path folder = Files.createTempDirectory("nodes");
            folder.toFile().deleteOnExit();
            Path node = Files.createFile(folder.resolve("davinci_manager"));
            node.toFile().deleteOnExit();
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
