package dev.parity.statistics;

import dev.parity.statistics.internal.BlockBootstrap;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/// An estimated difference.
///
/// @param value the estimate
/// @param interval its 90 % interval, so that lying inside a margin is TOST at 5 %
/// @param n number of units
/// @param effectiveN the same after autocorrelation
/// @param p two-sided, of no difference
/// @param detectable difference found 95 % of the time by the two-sided 5 % test
record Estimate(double value, Interval interval, int n, double effectiveN, double p, double detectable) {
    private static final double Z_90 = 1.6448536269514722;
    private static final double Z_975 = 1.959963984540054;

    /// Judges by the rules of equivalence: inside the margin PASS, outside FAIL, else INCONCLUSIVE; WARN
    /// beyond half the margin or where the difference is significant.
    ///
    /// @param margin bound of the absolute value
    /// @param significance p after correction for multiple tests
    Verdict judge(double margin, double significance) {
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
    Verdict judgeOneOfMany(double margin, double adjusted) {
        Verdict alone = judge(margin, adjusted);
        return alone == Verdict.FAIL && adjusted >= 0.05 ? Verdict.INCONCLUSIVE : alone;
    }

    /// Returns the same estimate with another p.
    Estimate withP(double other) {
        return new Estimate(value, interval, n, effectiveN, other, detectable);
    }

    /// Estimates a mean from independent units: Student's t.
    ///
    /// @param units at least two
    static Estimate ofUnits(double[] units) {
        int n = units.length;
        double mean = Arrays.stream(units).average().orElse(Double.NaN);
        double squares = Arrays.stream(units).map(x -> (x - mean) * (x - mean)).sum();
        double error = Math.sqrt(squares / (n - 1) / n);
        TDistribution t = TDistribution.of(n - 1.0);
        double half = t.inverseCumulativeProbability(0.95) * error;
        double p = error == 0 ? mean == 0 ? 1 : 0 : 2 * t.survivalProbability(Math.abs(mean) / error);
        double detectable = (t.inverseCumulativeProbability(0.975) + t.inverseCumulativeProbability(0.95)) * error;
        return new Estimate(mean, new Interval(mean - half, mean + half), n, n, p, detectable);
    }

    /// Estimates the relative difference of two means: by pair from two pairs on, else by the steps of
    /// the one.
    ///
    /// @param references a series a pair
    /// @param candidates series of the same lengths
    static Estimate ofPairs(List<double[]> references, List<double[]> candidates) {
        if (references.size() == 1) {
            return ofSeries(references.getFirst(), candidates.getFirst());
        }
        double[] units = new double[references.size()];
        Arrays.setAll(units, k -> ratio(references.get(k), candidates.get(k)));
        return ofUnits(units);
    }

    /// Returns the relative difference of the means of two series of one length.
    static double ratio(double[] reference, double[] candidate) {
        double a = Arrays.stream(reference).sum();
        double b = Arrays.stream(candidate).sum();
        return a == b ? 0 : b / a - 1;
    }

    /// Estimates the relative difference of two means over one pair of autocorrelated series: stationary
    /// bootstrap.
    ///
    /// @param reference at least two values
    /// @param candidate as many
    static Estimate ofSeries(double[] reference, double[] candidate) {
        BlockBootstrap.Result found = BlockBootstrap.relativeDifference(reference, candidate);
        double error = found.standardError();
        double p = error == 0
                ? found.estimate() == 0 ? 1 : 0
                : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(found.estimate()) / error);
        return new Estimate(
                found.estimate(),
                new Interval(found.low(), found.high()),
                reference.length,
                found.effectiveN(),
                p,
                (Z_975 + Z_90) * error);
    }

    /// Returns how many units would decide at a margin, if the spread stays as it is.
    ///
    /// @return the number, or -1 if no number would (the estimate itself is at the margin)
    long unitsToDecide(double margin) {
        double half = (interval.high() - interval.low()) / 2;
        double room = Math.abs(margin - Math.abs(value));
        return room == 0 ? -1 : (long) Math.ceil(n * (half / room) * (half / room));
    }
}
