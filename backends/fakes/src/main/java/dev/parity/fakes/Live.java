package dev.parity.fakes;

/// Something that a program has to give back.
///
/// @param kind such as `allocation`, `pinned memory`, `stream`, `event` or `module`
/// @param name what tells it from others of its kind, may be empty
/// @param bytes of memory, 0 for other kinds
public record Live(String kind, String name, long bytes) {}
