package dev.parity.statistics.estimators;

import dev.parity.statistics.Interval;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.BinomialTest;

/// Intervals and tests for proportions and rates.
public final class Proportions {
    private Proportions() {}

    /// An interval with a p-value.
    ///
    /// @param low lower end
    /// @param high upper end
    /// @param p two-sided, of no difference
    public record Found(double low, double high, double p) {}

    /// Computes Wilson's score interval.
    ///
    /// @param p observed proportion, 0 to 1
    /// @param n number of trials, at least 1
    /// @param confidence for example 0.95
    /// @return the interval
    public static Interval wilson(double p, int n, double confidence) {
        double[] ends = score(p, n, quantile(confidence));
        return new Interval(ends[0], ends[1]);
    }

    /// Computes Wilson's score interval (JASA 22, 1927).
    ///
    /// @param p observed proportion, 0 to 1
    /// @param n number of trials
    /// @param z normal quantile
    /// @return {low, high}
    static double[] score(double p, double n, double z) {
        double centre = p + z * z / (2 * n);
        double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        double scale = 1 + z * z / n;
        return new double[] {(centre - half) / scale, (centre + half) / scale};
    }

    /// Computes Newcombe's hybrid score interval for p2 - p1 of independent samples (Statistics in
    /// Medicine 17, 1998, 873–890, method 10).
    ///
    /// @param p1 first proportion
    /// @param n1 its trials
    /// @param p2 second proportion
    /// @param n2 its trials
    /// @param confidence for example 0.9
    /// @return the interval, and the p-value of the pooled two-proportion test
    public static Found independent(double p1, double n1, double p2, double n2, double confidence) {
        double z = quantile(confidence);
        double[] w1 = score(p1, n1, z);
        double[] w2 = score(p2, n2, z);
        double difference = p2 - p1;
        double pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
        double error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
        return new Found(
                difference - Math.hypot(p2 - w2[0], w1[1] - p1),
                difference + Math.hypot(w2[1] - p2, p1 - w1[0]),
                error == 0 ? 1 : tails(difference / error));
    }

    /// Computes Newcombe's interval for p2 - p1 of paired samples (Statistics in Medicine 17, 1998,
    /// 2635–2650, method 10) and McNemar's exact p-value.
    ///
    /// @param both items right on both sides
    /// @param onlyFirst right on the first side only
    /// @param onlySecond right on the second side only
    /// @param neither right on neither
    /// @param confidence for example 0.9
    /// @return the interval and the p-value
    public static Found paired(double both, double onlyFirst, double onlySecond, double neither, double confidence) {
        double n = both + onlyFirst + onlySecond + neither;
        double p1 = (both + onlyFirst) / n;
        double p2 = (both + onlySecond) / n;
        double z = quantile(confidence);
        double[] w1 = score(p1, n, z);
        double[] w2 = score(p2, n, z);
        double product = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
        double determinant = both * neither - onlyFirst * onlySecond;
        // continuity correction of the correlation where it is positive
        double corrected = determinant > 0 ? Math.max(determinant - n / 2, 0) : determinant;
        double phi = product == 0 ? 0 : corrected / Math.sqrt(product);
        double l1 = p1 - w1[0];
        double u1 = w1[1] - p1;
        double l2 = p2 - w2[0];
        double u2 = w2[1] - p2;
        double difference = p2 - p1;
        return new Found(
                difference - Math.sqrt(Math.max(l2 * l2 - 2 * phi * l2 * u1 + u1 * u1, 0)),
                difference + Math.sqrt(Math.max(u2 * u2 - 2 * phi * u2 * l1 + l1 * l1, 0)),
                binomial((int) Math.round(onlyFirst), (int) Math.round(onlyFirst + onlySecond), 0.5));
    }

    /// Compares two Poisson rates by the conditional binomial (Przyborowski and Wilenski, Biometrika 31,
    /// 1940).
    ///
    /// @param events1 events of the first side
    /// @param exposure1 its steps
    /// @param events2 events of the second side
    /// @param exposure2 its steps
    /// @param confidence for example 0.9
    /// @return the Clopper-Pearson interval of rate 2 / rate 1, and the exact p-value
    public static Found rateRatio(long events1, double exposure1, long events2, double exposure2, double confidence) {
        long n = events1 + events2;
        double tail = (1 - confidence) / 2;
        double low = events2 == 0
                ? 0
                : BetaDistribution.of((double) events2, n - events2 + 1.0).inverseCumulativeProbability(tail);
        double high = events1 == 0
                ? 1
                : BetaDistribution.of(events2 + 1.0, (double) (n - events2)).inverseCumulativeProbability(1 - tail);
        double scale = exposure1 / exposure2;
        double share = exposure2 / (exposure1 + exposure2);
        double p = binomial((int) events2, (int) n, share);
        return new Found(low / (1 - low) * scale, high == 1 ? Double.POSITIVE_INFINITY : high / (1 - high) * scale, p);
    }

    private static double binomial(int successes, int trials, double share) {
        return trials == 0
                ? 1
                : BinomialTest.withDefaults().test(trials, successes, share).getPValue();
    }

    private static double quantile(double confidence) {
        return NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + confidence) / 2);
    }

    private static double tails(double z) {
        return 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z));
    }
}
