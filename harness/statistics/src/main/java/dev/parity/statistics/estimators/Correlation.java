package dev.parity.statistics.estimators;

import java.util.Arrays;

/// Correlation of two series.
public final class Correlation {
    private Correlation() {}

    /// Returns the step-to-step changes of a series.
    ///
    /// @param x at least one value
    /// @return one value less
    public static double[] changes(double[] x) {
        double[] changes = new double[x.length - 1];
        Arrays.setAll(changes, i -> x[i + 1] - x[i]);
        return changes;
    }

    /// Returns Pearson's correlation of `a` with `b` taken later.
    ///
    /// @param a a series
    /// @param b a series of the same length
    /// @param lag by which `b` follows; may be negative
    /// @return -1 to 1; 0 where one of the two does not vary
    public static double at(double[] a, double[] b, int lag) {
        int n = a.length - Math.abs(lag);
        double[] x = Arrays.copyOfRange(a, Math.max(0, -lag), Math.max(0, -lag) + n);
        double[] y = Arrays.copyOfRange(b, Math.max(0, lag), Math.max(0, lag) + n);
        double meanX = Arrays.stream(x).average().orElse(0);
        double meanY = Arrays.stream(y).average().orElse(0);
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < n; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
    }

    /// Returns the number of independent values that say as much as autocorrelated ones.
    ///
    /// @param x a series
    /// @return n(1-ρ)/(1+ρ) with the lag-1 autocorrelation, taken as at least 0
    public static double effectiveN(double[] x) {
        double rho = Math.clamp(BlockBootstrap.autocorrelation(x, 1), 0, 0.999);
        return x.length * (1 - rho) / (1 + rho);
    }
}
