package dev.parity.statistics;

import java.util.List;

/// Why a part of the training is suspected of a difference.
///
/// @param suspect the part
/// @param weight how strongly, from 0 to 100; it ranks suspects, and is no probability
/// @param evidence what speaks for it, as sentences, the strongest first
/// @param next the command to run next
/// @param lockstep the command that compares the first step that differs Op by Op; empty if no Op can tell more
public record Suspicion(Suspect suspect, double weight, List<String> evidence, String next, String lockstep) {
    /// Copies the list.
    public Suspicion {
        evidence = List.copyOf(evidence);
    }
}
