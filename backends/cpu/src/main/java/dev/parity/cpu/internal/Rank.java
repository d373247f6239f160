package dev.parity.cpu.internal;

/// What kernels know of the rank they run on.
final class Rank {
    final int index;
    final Communicator communicator;
    /// Set when a result was saturated in this run of a program, as Ascend's float status is.
    boolean saturated;

    Rank(int index, Communicator communicator) {
        this.index = index;
        this.communicator = communicator;
    }
}
