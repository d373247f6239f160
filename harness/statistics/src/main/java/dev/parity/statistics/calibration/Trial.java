package dev.parity.statistics.calibration;

import dev.parity.statistics.Verdict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// A comparison of which the right answer is known.
///
/// @param subject what was compared
/// @param number of the trial, from 1; equal numbers have equal seeds
/// @param firstSeed of its runs
/// @param verdict over all gates
/// @param gates verdict by the id of a gate, in the order of a report
/// @param suspect what the failure was put down to first
/// @param headline of the result
/// @param seconds that its runs and its judgement took, without reference runs that another trial had made
public record Trial(
        Subject subject,
        int number,
        long firstSeed,
        Verdict verdict,
        SequencedMap<String, Verdict> gates,
        Optional<String> suspect,
        String headline,
        double seconds) {
    /// Copies the map.
    public Trial {
        gates = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gates));
    }

    /// Tells whether the answer is right: of equal runs PASS or WARN, of others FAIL. INCONCLUSIVE is a miss.
    ///
    /// @return whether it is
    public boolean isRight() {
        return subject.isClean()
                ? verdict == Verdict.PASS || verdict == Verdict.WARN
                : verdict == Verdict.FAIL || (subject.mayBeInvalid() && verdict == Verdict.INVALID);
    }

    /// Tells whether the failure was put down to what caused it.
    ///
    /// @return false if there was no failure
    public boolean namesTheCause() {
        return suspect.isPresent() && subject.suspects().contains(suspect.get());
    }
}
