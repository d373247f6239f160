package dev.parity.cpu.internal.host;

import dev.parity.spi.Communicator;
/// One of the ranks of a backend.
///
/// @param index 0 to world-1
/// @param communicator where it meets the others

record Rank(int index, Communicator communicator) {}
