package dev.parity.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.fakecuda.FakeCuda;

/// The fake device of a test's process. What runs on it says how our code uses a device, and nothing of how a
/// GPU rounds.
final class FakeGpu {
    private FakeGpu() {}

    /// Loads the fakes and puts them back to where they were at first. Each tensor is an allocation of its own, so
    /// that the device sees where it ends.
    static FakeCuda fresh() {
        System.setProperty("parity.cuda.separate", "true");
        FakeCuda.missing().ifPresent(reason -> assumeTrue(false, reason));
        return FakeCuda.load("libnccl.so.2", "libcublasLt.so.13", "libcudnn.so.9")
                .reset();
    }
}
