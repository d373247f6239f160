package dev.parity.statistics;

import java.util.Collection;

/// What a gate, or a whole comparison, comes to. From good to bad; the worst gate decides.
public enum Verdict {
    /// The data is absent, or the gate depends on a waived key. It does not count.
    NOT_JUDGED,
    /// Equal within the margin.
    PASS,
    /// Equal within the margin, but beyond half of it, or significantly different.
    WARN,
    /// The data cannot decide at this margin.
    INCONCLUSIVE,
    /// The two runs are not comparable.
    INVALID,
    /// Different.
    FAIL;

    /// Returns the worst of several verdicts.
    ///
    /// @param verdicts of the gates
    /// @return the one that decides; INCONCLUSIVE if nothing was judged
    public static Verdict worst(Collection<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict != NOT_JUDGED)
                .max(Verdict::compareTo)
                .orElse(INCONCLUSIVE);
    }

    /// Returns the verdict in words.
    ///
    /// @return for example `NOT JUDGED`
    public String label() {
        return name().replace('_', ' ');
    }
}
