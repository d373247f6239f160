package dev.parity.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.distribution.TDistribution;

/// How a statistic scatters over repeats of equal runs.
///
/// @param repeats number of values, at least 2
/// @param mean of the values, in the statistic's unit
/// @param deviation their standard deviation (n - 1), in the statistic's unit
public record Spread(int repeats, double mean, double deviation) {
    /// Refuses what no repeats give.
    public Spread {
        if (repeats < 2 || !Double.isFinite(mean) || !(deviation >= 0 && Double.isFinite(deviation))) {
            throw new IllegalArgumentException(
                    "a spread needs at least 2 repeats, a finite mean and a deviation of at least 0, was %d, %s, %s"
                            .formatted(repeats, mean, deviation));
        }
    }

    /// Computes the spread of values.
    ///
    /// @param values one a repeat, finite
    /// @return their spread
    public static Spread of(double[] values) {
        // equal values have a mean that rounds, and so a deviation
        boolean equal = Arrays.stream(values).allMatch(value -> value == values[0]);
        return new Spread(
                values.length,
                equal ? values[0] : Mean.of(values).getAsDouble(),
                equal ? 0 : StandardDeviation.of(values).getAsDouble());
    }

    /// Predicts the value of one more equal run: m ± t(R-1)·s·√(1+1/R).
    ///
    /// @param confidence of the two-sided interval, such as 0.95
    /// @return the interval
    public Interval prediction(double confidence) {
        double t = TDistribution.of(repeats - 1.0).inverseCumulativeProbability((1 + confidence) / 2);
        double half = t * deviation * Math.sqrt(1 + 1.0 / repeats);
        return new Interval(mean - half, mean + half);
    }

    /// Returns the largest magnitude that one more equal run would reach: 95 % prediction.
    ///
    /// @return in the statistic's unit, at least 0
    public double floor() {
        Interval predicted = prediction(0.95);
        return Math.max(Math.abs(predicted.low()), Math.abs(predicted.high()));
    }
}
