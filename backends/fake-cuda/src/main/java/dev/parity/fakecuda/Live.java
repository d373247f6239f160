package dev.parity.fakecuda;

/// Something that a program has to give back.
///
/// @param kind such as `allocation`, `pinned memory`, `stream`, `event`, `module`, `graph`, `graph executable` or
///     `primary context`
/// @param name what tells it from others of its kind, may be empty
/// @param bytes of memory, 0 for other kinds
public record Live(String kind, String name, long bytes) {}
