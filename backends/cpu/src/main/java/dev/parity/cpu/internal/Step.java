package dev.parity.cpu.internal;

/// A piece of a plan.
///
/// @param what it computes, for messages
/// @param work computes it
record Step(Object what, Runnable work) {}
