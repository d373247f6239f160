package dev.parity.statistics.calibration;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// What trials compare: equal runs, or runs of which one side has a fault.
///
/// @param name of the fault with its strength, or of the pair of sides
/// @param scenario of the runs
/// @param overrides of the scenario, on both sides
/// @param suspects what a failure can rightly be put down to; empty of equal runs
/// @param mayBeInvalid whether the two sides need not be comparable
public record Subject(
        String name, String scenario, List<String> overrides, SequencedSet<String> suspects, boolean mayBeInvalid) {
    /// Copies the collections.
    public Subject {
        overrides = List.copyOf(overrides);
        suspects = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(suspects));
    }

    /// Tells whether the two sides are the same training.
    ///
    /// @return whether nothing was planted
    public boolean isClean() {
        return suspects.isEmpty();
    }
}
