package dev.parity.statistics.estimators;

import dev.parity.trace.SeedStream;
import java.util.Arrays;
import org.apache.commons.statistics.descriptive.Quantile;

/// The stationary bootstrap (Politis and Romano, JASA 89, 1994) with the automatic block length of Politis
/// and White (Econometric Reviews 23, 2004; corrected by Patton, Politis and White, 28, 2009).
public final class BlockBootstrap {
    private static final int RESAMPLES = 2000;
    /// Longer series are first averaged in bins, which changes neither mean nor long-run variance.
    private static final int LONGEST = 5000;

    private static final long SEED = 20040101;

    private BlockBootstrap() {}

    /// What the bootstrap found.
    ///
    /// @param estimate on the data itself
    /// @param low 5 % quantile of the resamples
    /// @param high 95 % quantile
    /// @param standardError standard deviation of the resamples
    /// @param effectiveN n(1-ρ)/(1+ρ) with the lag-1 autocorrelation of the differences
    public record Result(double estimate, double low, double high, double standardError, double effectiveN) {}

    /// Bootstraps mean(candidate)/mean(reference) - 1, pairs kept together.
    ///
    /// @param reference at least two values
    /// @param candidate as many
    /// @return the result
    public static Result relativeDifference(double[] reference, double[] candidate) {
        double[] r = binned(reference);
        double[] c = binned(candidate);
        int n = r.length;
        double[] gaps = new double[n];
        Arrays.setAll(gaps, i -> c[i] - r[i]);
        double block = blockLength(gaps);
        SeedStream.Draw draw = new SeedStream(SEED).draw("bootstrap", n);
        double[] resamples = new double[RESAMPLES];
        for (int b = 0; b < RESAMPLES; b++) {
            double sumR = 0;
            double sumC = 0;
            int at = 0;
            for (int i = 0; i < n; i++) {
                at = next(at, i, n, block, draw);
                sumR += r[at];
                sumC += c[at];
            }
            resamples[b] = sumC / sumR - 1;
        }
        double[] ends =
                Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).evaluate(resamples, 0.05, 0.95);
        double mean = Arrays.stream(resamples).average().orElse(Double.NaN);
        double variance =
                Arrays.stream(resamples).map(x -> (x - mean) * (x - mean)).sum() / (RESAMPLES - 1);
        double estimate =
                Arrays.stream(candidate).sum() / Arrays.stream(reference).sum() - 1;
        double rho = Math.clamp(autocorrelation(gaps, 1), 0, 0.999);
        return new Result(estimate, ends[0], ends[1], Math.sqrt(variance), reference.length * (1 - rho) / (1 + rho));
    }

    /// Walks on in a block of mean length `block`, or begins another one anywhere; the end joins the beginning.
    static int next(int at, int i, int n, double block, SeedStream.Draw draw) {
        return i == 0 || draw.uniform() * block < 1 ? draw.below(n) : (at + 1) % n;
    }

    private static double[] binned(double[] series) {
        int width = (series.length + LONGEST - 1) / LONGEST;
        if (width == 1) {
            return series;
        }
        double[] bins = new double[series.length / width];
        for (int i = 0; i < bins.length; i++) {
            bins[i] =
                    Arrays.stream(series, i * width, (i + 1) * width).average().orElse(Double.NaN);
        }
        return bins;
    }

    private static double autocovariance(double[] x, int lag) {
        double mean = Arrays.stream(x).average().orElse(Double.NaN);
        double sum = 0;
        for (int i = lag; i < x.length; i++) {
            sum += (x[i] - mean) * (x[i - lag] - mean);
        }
        return sum / x.length;
    }

    static double autocorrelation(double[] x, int lag) {
        double variance = autocovariance(x, 0);
        return variance == 0 || lag >= x.length ? 0 : autocovariance(x, lag) / variance;
    }

    /// Chooses the mean block length.
    ///
    /// @param x a series
    /// @return at least 1
    static double blockLength(double[] x) {
        int n = x.length;
        int run = Math.max(5, (int) Math.ceil(Math.sqrt(Math.log10(n))));
        double bound = 2 * Math.sqrt(Math.log10(n) / n);
        int limit = Math.min(n - 1, (int) Math.ceil(Math.sqrt(n)) + run);
        int m = limit;
        int insignificant = 0;
        for (int lag = 1; lag <= limit; lag++) {
            insignificant = Math.abs(autocorrelation(x, lag)) < bound ? insignificant + 1 : 0;
            if (insignificant == run) {
                m = lag - run;
                break;
            }
        }
        int window = Math.clamp(2L * m, 1, limit);
        double g = 0;
        double spectrum = autocovariance(x, 0);
        for (int lag = 1; lag <= window; lag++) {
            double t = (double) lag / window;
            double flatTop = t <= 0.5 ? 1 : 2 * (1 - t);
            double covariance = autocovariance(x, lag);
            g += 2 * flatTop * lag * covariance;
            spectrum += 2 * flatTop * covariance;
        }
        if (spectrum == 0) {
            return 1;
        }
        double length = Math.cbrt(2 * g * g / (2 * spectrum * spectrum)) * Math.cbrt(n);
        return Math.clamp(length, 1, Math.ceil(Math.min(3 * Math.sqrt(n), n / 3.0)));
    }
}
