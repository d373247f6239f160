package dev.parity.statistics.calibration;

import dev.parity.statistics.Interval;
import dev.parity.statistics.estimators.Proportions;

/// How often something happened.
///
/// @param times that it happened
/// @param of trials
public record Rate(int times, int of) {
    /// Refuses what cannot be counted.
    public Rate {
        if (times < 0 || times > of) {
            throw new IllegalArgumentException("a rate needs 0 to %d times, was %d".formatted(of, times));
        }
    }

    /// Returns the share.
    ///
    /// @return 0 to 1; NaN of no trial
    public double share() {
        return (double) times / of;
    }

    /// Returns what the share may be.
    ///
    /// @return Wilson's 95 % interval; [Interval#NONE] of no trial
    public Interval interval() {
        return of == 0 ? Interval.NONE : Proportions.wilson(share(), of, 0.95);
    }

    @Override
    public String toString() {
        return "%d/%d".formatted(times, of);
    }
}
