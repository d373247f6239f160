package dev.parity.ascend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.ascend.internal.cann.Probe;
import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;

/// The fake NPUs of a test's process, in one layout of libraries. What runs on them says how our code uses a device,
/// and how the model of an NPU rounds, and nothing of a real one.
final class FakeNpu {
    private FakeNpu() {}

    /// Loads the fakes and puts them back to where they were at first.
    static FakeAscend fresh(Layout layout) {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        FakeAscend fake = FakeAscend.load(layout);
        System.setProperty("parity.ascend.home", fake.toolkit().toString());
        System.setProperty(Probe.NODES, fake.nodes().toString());
        return fake.reset();
    }
}
