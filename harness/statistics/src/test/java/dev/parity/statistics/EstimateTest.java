package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.estimators.Means;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class EstimateTest {
    private static Estimate of(double value, double low, double high) {
        return new Estimate(value, new Interval(low, high), 10, 10, 1, 0);
    }

    @Test
    void anIntervalInsidePassesOutsideFailsAndAcrossIsOpen() {
        assertThat(of(0, -0.9, 0.9).judge(1, 1)).isEqualTo(Verdict.PASS);
        assertThat(of(0, -1, 0.9).judge(1, 1)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(of(0, -0.9, 1).judge(1, 1)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(of(1.5, 1, 2).judge(1, 1)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(of(-1.5, -2, -1).judge(1, 1)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(of(1.5, 1.1, 2).judge(1, 1)).isEqualTo(Verdict.FAIL);
        assertThat(of(-1.5, -2, -1.1).judge(1, 1)).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aPassBeyondHalfTheMarginOrWithASignificantDifferenceWarns() {
        assertThat(of(0.5, 0.4, 0.6).judge(1, 1)).isEqualTo(Verdict.PASS);
        assertThat(of(0.6, 0.5, 0.7).judge(1, 1)).isEqualTo(Verdict.WARN);
        assertThat(of(-0.6, -0.7, -0.5).judge(1, 1)).isEqualTo(Verdict.WARN);
        assertThat(of(0.1, 0.05, 0.2).judge(1, 0.05)).isEqualTo(Verdict.PASS);
        assertThat(of(0.1, 0.05, 0.2).judge(1, 0.049)).isEqualTo(Verdict.WARN);
    }

    @Test
    void oneOfManyFailsOnlyWhereTheDifferenceIsSignificant() {
        assertThat(of(1.5, 1.1, 2).judgeOneOfMany(1, 0.049)).isEqualTo(Verdict.FAIL);
        assertThat(of(1.5, 1.1, 2).judgeOneOfMany(1, 0.05)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(of(0, -0.1, 0.1).judgeOneOfMany(1, 1)).isEqualTo(Verdict.PASS);
    }

    // 1, 2, 3: mean 2, standard error 1/sqrt(3); tables of t with 2 degrees: 2.919986 and 4.302653;
    // two-sided p of t with 2 degrees is 1 - t/sqrt(t^2 + 2), t = 2·sqrt(3)
    @Test
    void unitsAreJudgedByStudentsT() {
        Estimate found = Means.ofUnits(new double[] {1, 2, 3});
        double error = 1 / Math.sqrt(3);
        assertThat(found.value()).isEqualTo(2);
        assertThat(found.interval().low()).isCloseTo(2 - 2.919986 * error, Offset.offset(1e-6));
        assertThat(found.interval().high()).isCloseTo(2 + 2.919986 * error, Offset.offset(1e-6));
        assertThat(found.p()).isCloseTo(1 - Math.sqrt(12) / Math.sqrt(14), Offset.offset(1e-9));
        assertThat(found.detectable()).isCloseTo((4.302653 + 2.919986) * error, Offset.offset(1e-6));
    }

    @Test
    void unitsWithoutSpreadDifferSurelyOrNotAtAll() {
        assertThat(Means.ofUnits(new double[] {0, 0}).p()).isEqualTo(1);
        assertThat(Means.ofUnits(new double[] {2, 2}).p()).isZero();
        assertThat(Means.ofSeries(new double[] {1, 1, 1}, new double[] {1, 1, 1})
                        .p())
                .isEqualTo(1);
        assertThat(Means.ofSeries(new double[] {1, 1, 1}, new double[] {2, 2, 2})
                        .p())
                .isZero();
    }

    // by the normal distribution: an estimate of z standard errors has p = 2·P(Z > z), and is found 95 %
    // of the time by the 5 % test from 1.960 + 1.645 of them on
    @Test
    void aSeriesIsJudgedByItsStandardError() {
        double[] reference = new double[200];
        double[] candidate = new double[200];
        for (int i = 0; i < 200; i++) {
            reference[i] = 1;
            candidate[i] = 1.01 + 0.1 * Math.sin(i * i);
        }
        Estimate found = Means.ofSeries(reference, candidate);
        double error = found.detectable() / (1.959964 + 1.644854);
        assertThat((found.interval().high() - found.interval().low()) / 2)
                .isCloseTo(1.645 * error, Offset.offset(0.15 * error));
        assertThat(found.p())
                .isCloseTo(
                        2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(found.value()) / error),
                        Offset.offset(1e-6));
    }

    // half the interval must shrink from 2 to 1, which four times as many units do
    @Test
    void theUnitsThatWouldDecideFollowFromTheSpread() {
        assertThat(of(1, -1, 3).unitsToDecide(2)).isEqualTo(40);
        assertThat(of(-1, -3, 1).unitsToDecide(2)).isEqualTo(40);
        assertThat(of(3, 1, 5).unitsToDecide(2)).isEqualTo(40);
        assertThat(of(1, -1, 3).unitsToDecide(3)).isEqualTo(10);
        assertThat(of(2, 0, 4).unitsToDecide(2)).isEqualTo(-1);
    }

    @Test
    void sumsThatAreEqualDifferByNothing() {
        assertThat(Means.ratio(new double[] {0, 0}, new double[] {0, 0})).isZero();
        assertThat(Means.ratio(new double[] {1, 3}, new double[] {2, 3})).isEqualTo(0.25);
    }

    @Test
    void twoPairsAreTwoUnits() {
        Estimate found = Means.ofPairs(
                List.of(new double[] {1, 1}, new double[] {2, 2}),
                List.of(new double[] {1.1, 1.1}, new double[] {2, 2}));
        assertThat(found.n()).isEqualTo(2);
        assertThat(found.value()).isCloseTo(0.05, Offset.offset(1e-12));
    }

    @Test
    void theWorstVerdictLeavesOutWhatWasNotJudged() {
        assertThat(Verdict.worst(List.of(Verdict.NOT_JUDGED, Verdict.PASS))).isEqualTo(Verdict.PASS);
        assertThat(Verdict.worst(List.of(Verdict.NOT_JUDGED))).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(Verdict.NOT_JUDGED.label()).isEqualTo("NOT JUDGED");
    }
}
