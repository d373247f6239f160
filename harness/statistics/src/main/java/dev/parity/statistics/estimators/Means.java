package dev.parity.statistics.estimators;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.TTest;

/// Estimates of differences of means.
public final class Means {
    private static final double Z_90 = 1.6448536269514722;
    private static final double Z_975 = 1.959963984540054;

    private Means() {}

    /// Estimates a mean from independent units: Student's t.
    ///
    /// @param units at least two
    /// @return the estimate
    public static Estimate ofUnits(double[] units) {
        int n = units.length;
        double mean = Arrays.stream(units).average().orElse(Double.NaN);
        double squares = Arrays.stream(units).map(x -> (x - mean) * (x - mean)).sum();
        double error = Math.sqrt(squares / (n - 1) / n);
        TDistribution t = TDistribution.of(n - 1.0);
        double half = t.inverseCumulativeProbability(0.95) * error;
        double p = error == 0
                ? mean == 0 ? 1 : 0
                : TTest.withDefaults().test(units).getPValue();
        double detectable = (t.inverseCumulativeProbability(0.975) + t.inverseCumulativeProbability(0.95)) * error;
        return new Estimate(mean, new Interval(mean - half, mean + half), n, n, p, detectable);
    }

    /// Estimates the relative difference of two means: by pair from two pairs on, else by the steps of
    /// the one.
    ///
    /// @param references a series a pair
    /// @param candidates series of the same lengths
    /// @return the estimate
    public static Estimate ofPairs(List<double[]> references, List<double[]> candidates) {
        if (references.size() == 1) {
            return ofSeries(references.getFirst(), candidates.getFirst());
        }
        double[] units = new double[references.size()];
        Arrays.setAll(units, k -> ratio(references.get(k), candidates.get(k)));
        return ofUnits(units);
    }

    /// Returns the relative difference of the means of two series of one length.
    ///
    /// @param reference values
    /// @param candidate values
    /// @return mean of the candidate / mean of the reference - 1
    public static double ratio(double[] reference, double[] candidate) {
        double a = Arrays.stream(reference).sum();
        double b = Arrays.stream(candidate).sum();
        return a == b ? 0 : b / a - 1;
    }

    /// Estimates the relative difference of two means over one pair of autocorrelated series: stationary
    /// bootstrap.
    ///
    /// @param reference at least two values
    /// @param candidate as many
    /// @return the estimate
    public static Estimate ofSeries(double[] reference, double[] candidate) {
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
}
