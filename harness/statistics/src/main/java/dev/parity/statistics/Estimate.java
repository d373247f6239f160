package dev.parity.statistics;

/// An estimated difference. A number is NaN where the statistic has no such thing, as the largest of many
/// differences has no interval.
///
/// @param value the estimate
/// @param interval its 90 % interval, so that lying inside a margin is TOST at 5 %
/// @param n number of units
/// @param effectiveN the same after autocorrelation
/// @param p two-sided, of no difference; of one of several, after correction for all of them
/// @param detectable difference found 95 % of the time by the two-sided 5 % test
public record Estimate(double value, Interval interval, int n, double effectiveN, double p, double detectable) {
    /// Judges by the rules of equivalence: inside the margin PASS, outside FAIL, else INCONCLUSIVE; WARN
    /// beyond half the margin or where the difference is significant.
    ///
    /// @param margin bound of the absolute value
    /// @param significance p after correction for multiple tests
    /// @return the verdict
    public Verdict judge(double margin, double significance) {
        if (interval.inside(-margin, margin)) {
            boolean warns = Math.abs(value) > margin / 2 || significance < 0.05;
            return warns ? Verdict.WARN : Verdict.PASS;
        }
        return interval.outside(-margin, margin) ? Verdict.FAIL : Verdict.INCONCLUSIVE;
    }

    /// Judges one of several differences. One of many intervals lies outside by chance sooner than one
    /// alone, so it is a FAIL only where the difference is significant too.
    ///
    /// @param margin bound of the absolute value
    /// @param adjusted p after correction for all of them
    /// @return the verdict
    public Verdict judgeOneOfMany(double margin, double adjusted) {
        Verdict alone = judge(margin, adjusted);
        return alone == Verdict.FAIL && adjusted >= 0.05 ? Verdict.INCONCLUSIVE : alone;
    }

    /// Returns the same estimate with another p.
    ///
    /// @param other after correction
    /// @return the estimate
    public Estimate withP(double other) {
        return new Estimate(value, interval, n, effectiveN, other, detectable);
    }

    /// Returns how many units would decide at a margin, if the spread stays as it is.
    ///
    /// @param margin bound of the absolute value
    /// @return the number, or -1 if no number would (the estimate itself is at the margin)
    public long unitsToDecide(double margin) {
        double half = (interval.high() - interval.low()) / 2;
        double room = Math.abs(margin - Math.abs(value));
        return room == 0 ? -1 : (long) Math.ceil(n * (half / room) * (half / room));
    }
}
