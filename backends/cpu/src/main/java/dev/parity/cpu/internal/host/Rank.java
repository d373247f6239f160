package dev.parity.cpu.internal.host;

/// One of the ranks of a backend.
///
/// @param index 0 to world-1
/// @param communicator where it meets the others
record Rank(int index, Communicator communicator) {}
