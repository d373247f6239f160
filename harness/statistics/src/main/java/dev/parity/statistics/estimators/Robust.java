package dev.parity.statistics.estimators;

import java.util.Arrays;

/// Location and scale that a few wild values do not move.
public final class Robust {
    /// Makes the median absolute deviation of normal values their standard deviation.
    private static final double NORMAL = 1.4826;

    private Robust() {}

    /// Returns the median.
    ///
    /// @param values at least one
    /// @return NaN if a value is
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        if (Double.isNaN(sorted[sorted.length - 1])) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /// Returns the scale: 1.4826 times the median absolute deviation from the median.
    ///
    /// @param values at least one
    /// @return the standard deviation, if the values are normal
    public static double scale(double[] values) {
        double median = median(values);
        return NORMAL
                * median(Arrays.stream(values).map(x -> Math.abs(x - median)).toArray());
    }
}
