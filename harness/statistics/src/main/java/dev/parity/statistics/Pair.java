package dev.parity.statistics;

import dev.parity.trace.RunTrace;

/// A reference run and a candidate run.
///
/// @param reference a run
/// @param candidate a run
public record Pair(RunTrace reference, RunTrace candidate) {}
