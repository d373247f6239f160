package dev.parity.cpu.internal.host;

/// A piece of a plan.
///
/// @param what it computes, for messages
/// @param work computes it
public record Step(Object what, Runnable work) {}
