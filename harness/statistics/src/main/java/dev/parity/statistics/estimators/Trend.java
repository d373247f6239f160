package dev.parity.statistics.estimators;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Interval;
import dev.parity.trace.SeedStream;
import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The straight line through a series, and where the series turns.
public final class Trend {
    private static final int RESAMPLES = 500;
    private static final long SEED = 19940301;
    private static final double Z_90 = 1.6448536269514722;
    private static final double Z_975 = 1.959963984540054;

    private Trend() {}

    /// Estimates by how much a series rises from its first value to its last: least squares, with the residuals
    /// resampled by the stationary bootstrap.
    ///
    /// @param y at least three values
    /// @return the rise, in the unit of the values
    public static Estimate rise(double[] y) {
        int n = y.length;
        double rise = slope(y) * (n - 1);
        double mean = Arrays.stream(y).average().orElse(Double.NaN);
        double[] residuals = new double[n];
        Arrays.setAll(residuals, i -> y[i] - mean - rise * (i / (n - 1.0) - 0.5));
        double block = BlockBootstrap.blockLength(residuals);
        SeedStream.Draw draw = new SeedStream(SEED).draw("trend", n);
        double[] resample = new double[n];
        double[] rises = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            int at = 0;
            for (int i = 0; i < n; i++) {
                at = BlockBootstrap.next(at, i, n, block, draw);
                resample[i] = residuals[at];
            }
            rises[b] = slope(resample) * (n - 1);
        }
        double[] ends =
                Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).evaluate(rises, 0.05, 0.95);
        double error = Math.sqrt(Arrays.stream(rises).map(x -> x * x).sum() / RESAMPLES);
        double p = error == 0
                ? rise == 0 ? 1 : 0
                : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(rise) / error);
        return new Estimate(
                rise,
                new Interval(rise + ends[0], rise + ends[1]),
                n,
                Correlation.effectiveN(residuals),
                p,
                (Z_975 + Z_90) * error);
    }

    /// Finds where a series turns away from its mean: the largest cumulated sum of deviations (CUSUM; Page,
    /// Biometrika 41, 1954).
    ///
    /// @param y at least one value
    /// @return index of the first value behind the turn
    public static int turn(double[] y) {
        double mean = Arrays.stream(y).average().orElse(Double.NaN);
        double sum = 0;
        double largest = -1;
        int at = 0;
        for (int i = 0; i < y.length - 1; i++) {
            sum += y[i] - mean;
            if (Math.abs(sum) > largest) {
                largest = Math.abs(sum);
                at = i + 1;
            }
        }
        return at;
    }

    private static double slope(double[] y) {
        int n = y.length;
        double mean = Arrays.stream(y).average().orElse(Double.NaN);
        double top = 0;
        double bottom = 0;
        for (int i = 0; i < n; i++) {
            double x = i - (n - 1) / 2.0;
            top += x * (y[i] - mean);
            bottom += x * x;
        }
        return top / bottom;
    }
}
