package dev.parity.statistics.estimators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class EstimatorsTest {
    private static Offset<Double> within(double bound) {
        return Offset.offset(bound);
    }

    // Newcombe, Statistics in Medicine 17 (1998) 857–872, table I: 81 of 263, score method
    @Test
    void wilsonGivesThePublishedInterval() {
        double[] found = Proportions.score(81.0 / 263, 263, 1.959964);
        assertThat(found[0]).isCloseTo(0.2553, within(5e-5));
        assertThat(found[1]).isCloseTo(0.3662, within(5e-5));
    }

    // Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, example (a): 56/70 - 48/80, method 10
    @Test
    void independentProportionsGiveThePublishedInterval() {
        Proportions.Found found = Proportions.independent(48.0 / 80, 80, 56.0 / 70, 70, 0.95);
        assertThat(found.low()).isCloseTo(0.0524, within(5e-5));
        assertThat(found.high()).isCloseTo(0.3339, within(5e-5));
    }

    // the same example: method 11, with continuity correction, gives 0.0428 to 0.3422 and is not what we
    // compute
    @Test
    void independentProportionsAreNotContinuityCorrected() {
        Proportions.Found found = Proportions.independent(48.0 / 80, 80, 56.0 / 70, 70, 0.95);
        assertThat(found.low()).isGreaterThan(0.05);
        assertThat(found.high()).isLessThan(0.335);
        // pooled z = 0.2/sqrt(104/150·46/150·(1/70 + 1/80)) = 2.6502, two-sided
        assertThat(found.p()).isCloseTo(0.008045, within(5e-7));
    }

    // Altman, Machin, Bryant and Gardner, Statistics with Confidence (2000), table 6.2: 14, 5, 0 and 22
    // pairs, by the method of Newcombe's paper: difference 0.122, 95 % interval 0.011 to 0.226. The
    // further digits from a separate computation in Python; without the correlation's continuity
    // correction it is 0.022 to 0.217
    @Test
    void pairedProportionsGiveThePublishedInterval() {
        Proportions.Found found = Proportions.paired(14, 0, 5, 22, 0.95);
        assertThat(found.low()).isCloseTo(0.011483, within(5e-7));
        assertThat(found.high()).isCloseTo(0.226493, within(5e-7));
        Proportions.Found turned = Proportions.paired(14, 5, 0, 22, 0.95);
        assertThat(turned.low()).isCloseTo(-0.226493, within(5e-7));
        assertThat(turned.high()).isCloseTo(-0.011483, within(5e-7));
    }

    // a negative correlation has no correction; the digits from a separate computation in Python
    @Test
    void pairsThatExcludeEachOtherAreNotCorrected() {
        Proportions.Found found = Proportions.paired(20, 12, 10, 2, 0.95);
        assertThat(found.low()).isCloseTo(-0.245648, within(5e-7));
        assertThat(found.high()).isCloseTo(0.159676, within(5e-7));
    }

    // the corrected determinant is not below 0: the margins alone remain. Python, as above
    @Test
    void aWeakCorrelationIsCorrectedToNone() {
        Proportions.Found found = Proportions.paired(6, 5, 5, 6, 0.95);
        assertThat(found.high()).isCloseTo(0.272631, within(5e-7));
    }

    @Test
    void pairsThatAgreeOnEveryItemHaveANarrowIntervalAroundZero() {
        Proportions.Found found = Proportions.paired(600, 0, 0, 400, 0.9);
        assertThat(found.low()).isNegative().isGreaterThan(-0.005);
        assertThat(found.high()).isPositive().isLessThan(0.005);
        assertThat(found.p()).isEqualTo(1);
    }

    // McNemar exact: 2·P(X ≤ 2 | 12, 1/2) = 2·79/4096
    @Test
    void mcnemarIsTheExactBinomialTest() {
        assertThat(Proportions.paired(50, 2, 10, 38, 0.9).p()).isCloseTo(2 * 79 / 4096.0, within(1e-12));
    }

    // R, example of poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)): 95 % interval 0.8584264 to
    // 4.2772659
    @Test
    void rateRatioGivesTheIntervalOfR() {
        Proportions.Found found = Proportions.rateRatio(21, 3011, 11, 800, 0.95);
        assertThat(found.low()).isCloseTo(0.8584264, within(1e-6));
        assertThat(found.high()).isCloseTo(4.2772659, within(1e-6));
    }

    @Test
    void noEventsOnEitherSideGiveNoEvidence() {
        Proportions.Found found = Proportions.rateRatio(0, 100, 0, 100, 0.9);
        assertThat(found.low()).isZero();
        assertThat(found.high()).isInfinite();
        assertThat(found.p()).isEqualTo(1);
    }

    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    @Test
    void holmGivesTheValuesOfR() {
        assertThat(Holm.adjust(new double[] {0.01, 0.04, 0.03, 0.005}))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
    }

    // the standard error of a mean of n independent numbers is s/sqrt(n), of an AR(1) series
    // s/sqrt(n)·sqrt((1+ρ)/(1-ρ))
    @Test
    void theBootstrapSeesAutocorrelation() {
        assertThat(standardError(0)).isBetween(0.8 * expected(0), 1.25 * expected(0));
        assertThat(standardError(0.7)).isBetween(0.75 * expected(0.7), 1.3 * expected(0.7));
    }

    private static double expected(double rho) {
        return 0.1 / Math.sqrt(4000) * Math.sqrt((1 + rho) / (1 - rho));
    }

    /// Gaps of standard deviation 0.1 on a reference of 1.
    private static double standardError(double rho) {
        Random random = new Random(12);
        double[] reference = new double[4000];
        double[] candidate = new double[4000];
        double gap = 0.1 * random.nextGaussian();
        for (int i = 0; i < 4000; i++) {
            gap = rho * gap + Math.sqrt(1 - rho * rho) * 0.1 * random.nextGaussian();
            reference[i] = 1;
            candidate[i] = 1 + gap;
        }
        return BlockBootstrap.relativeDifference(reference, candidate).standardError();
    }

    @Test
    void theBlockLengthGrowsWithTheMemoryOfTheSeries() {
        Random random = new Random(13);
        double[] white = random.doubles(2000, -1, 1).toArray();
        double[] slow = new double[2000];
        for (int i = 1; i < 2000; i++) {
            slow[i] = 0.9 * slow[i - 1] + white[i];
        }
        assertThat(BlockBootstrap.blockLength(white)).isLessThan(5);
        assertThat(BlockBootstrap.blockLength(slow)).isGreaterThan(15);
    }
}
