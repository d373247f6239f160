package dev.parity.fakecuda;

/// In which order a kernel's blocks, and the threads of a block between two barriers, run.
public enum ThreadOrder {
    /// The first one first.
    ASCENDING(0),
    /// The last one first.
    DESCENDING(1),
    /// By a seed, anew for each launch and after each barrier.
    SHUFFLED(2);

    final int code;

    ThreadOrder(int code) {
        this.code = code;
    }
}
