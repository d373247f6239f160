package dev.parity.statistics.estimators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlockBootstrapTest {
    /// An AR(1) series over a linear congruential generator, which the separate computation shares.
    private static double[] series(int n, double phi) {
        double[] series = new double[n];
        long state = 1;
        double x = 0;
        for (int i = 0; i < n; i++) {
            state = (state * 1103515245L + 12345) % (1L << 31);
            x = phi * x + (double) state / (1L << 31) - 0.5;
            series[i] = x;
        }
        return series;
    }

    // from the formulas of Politis and White (2004) with the correction of 2009, in Python; the last is
    // at its upper end of the lags
    @ParameterizedTest
    @CsvSource({
        "500, 0, 1, 0.06856521765",
        "500, 0.5, 8.77007483184491, 0.5620066080",
        "500, 0.9, 27.169726416324828, 0.9054122988",
        "500, -0.6, 11.150066789504608, -0.5619763518",
        "60, 0.8, 6.312917685338314, 0.8001766153",
        "2000, 0.95, 70.93027416245859, 0.9542328426"
    })
    void theBlockLengthIsThatOfTheFormula(int n, double phi, double length, double correlation) {
        assertThat(BlockBootstrap.blockLength(series(n, phi))).isCloseTo(length, Offset.offset(1e-6));
        assertThat(BlockBootstrap.autocorrelation(series(n, phi), 1)).isCloseTo(correlation, Offset.offset(1e-9));
    }

    // 1 to 5 about their mean: (-2·-1 + 0 + 0 + 1·2)/10 = 0.4
    @Test
    void autocorrelationIsCovarianceOverVariance() {
        double[] line = {1, 2, 3, 4, 5};
        assertThat(BlockBootstrap.autocorrelation(line, 1)).isCloseTo(0.4, Offset.offset(1e-12));
        assertThat(BlockBootstrap.autocorrelation(line, 5)).isZero();
        assertThat(BlockBootstrap.autocorrelation(new double[] {3, 3, 3}, 1)).isZero();
        assertThat(BlockBootstrap.blockLength(new double[] {3, 3, 3, 3})).isEqualTo(1);
    }

    // the normal quantiles are 1.645 standard errors from the estimate; 2000 resamples know them to some
    // percent
    @Test
    void theIntervalIsThatOfItsStandardError() {
        double[] reference = new double[500];
        Arrays.fill(reference, 2);
        double[] gaps = series(500, 0);
        double[] candidate = new double[500];
        Arrays.setAll(candidate, i -> 2 + 0.1 * gaps[i]);
        BlockBootstrap.Result found = BlockBootstrap.relativeDifference(reference, candidate);
        double mean = 0.1 * Arrays.stream(gaps).average().orElseThrow() / 2;
        assertThat(found.estimate()).isCloseTo(mean, Offset.offset(1e-12));
        // uniform numbers have a variance of 1/12; the mean of 500 of them, a 500th of that
        double error = 0.05 / Math.sqrt(12 * 500);
        assertThat(found.standardError()).isCloseTo(error, Offset.offset(0.06 * error));
        assertThat(found.low()).isCloseTo(mean - 1.645 * error, Offset.offset(0.15 * error));
        assertThat(found.high()).isCloseTo(mean + 1.645 * error, Offset.offset(0.15 * error));
        // n(1-ρ)/(1+ρ) with ρ as above
        assertThat(found.effectiveN()).isCloseTo(500 * (1 - 0.06856521765) / (1 + 0.06856521765), Offset.offset(1e-5));
    }

    @Test
    void negativeCorrelationDoesNotAddUnits() {
        double[] reference = new double[500];
        Arrays.fill(reference, 10);
        double[] gaps = series(500, -0.6);
        double[] candidate = new double[500];
        Arrays.setAll(candidate, i -> 10 + gaps[i]);
        assertThat(BlockBootstrap.relativeDifference(reference, candidate).effectiveN())
                .isEqualTo(500);
    }

    // more than 5000 values are averaged: in bins of three, gaps that cancel within a bin leave nothing
    // to resample
    @Test
    void longSeriesAreBinned() {
        double[] reference = new double[12000];
        Arrays.fill(reference, 1);
        double[] candidate = new double[12000];
        Arrays.setAll(candidate, i -> 1 + (i % 3 == 0 ? 0.2 : -0.1));
        BlockBootstrap.Result found = BlockBootstrap.relativeDifference(reference, candidate);
        assertThat(found.standardError()).isLessThan(1e-12);
        assertThat(found.high()).isCloseTo(0, Offset.offset(1e-12));
        double[] fewer = Arrays.copyOf(candidate, 4998);
        assertThat(BlockBootstrap.relativeDifference(Arrays.copyOf(reference, 4998), fewer)
                        .standardError())
                .isGreaterThan(1e-5);
    }

    @Test
    void twoResamplesAreTheSame() {
        double[] reference = series(100, 0.5);
        Arrays.setAll(reference, i -> 3 + reference[i]);
        double[] candidate = reference.clone();
        candidate[7] += 0.5;
        assertThat(BlockBootstrap.relativeDifference(reference, candidate))
                .isEqualTo(BlockBootstrap.relativeDifference(reference, candidate));
    }
}
