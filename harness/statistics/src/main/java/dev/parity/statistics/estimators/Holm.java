package dev.parity.statistics.estimators;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979).
public final class Holm {
    private Holm() {}

    /// Adjusts p-values of several tests.
    ///
    /// @param p raw values
    /// @return adjusted values, in the same order
    public static double[] adjust(double[] p) {
        List<Integer> order = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> p[i]))
                .toList();
        double[] adjusted = new double[p.length];
        double largest = 0;
        for (int rank = 0; rank < p.length; rank++) {
            largest = Math.max(largest, Math.min(1, (p.length - rank) * p[order.get(rank)]));
            adjusted[order.get(rank)] = largest;
        }
        return adjusted;
    }
}
