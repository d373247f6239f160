package dev.parity.runner;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.nio.file.Path;
import java.util.Optional;

/// A run and where it was read from.
///
/// @param file trace or log
/// @param run what it holds
record RunFile(Path file, RunTrace run) {
    Optional<String> seed() {
        return Optional.ofNullable(run.provenance().comparability().get(Provenance.SEED));
    }

    /// A log prints means over many steps; a trace has each step.
    boolean isLog() {
        return run.steps().isEmpty() && !run.losses().isEmpty();
    }

    boolean isTrace() {
        return !run.steps().isEmpty();
    }
}
