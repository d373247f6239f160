package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Expected numbers are by hand.
final class UnitTest {
    private static final Offset<Double> NEAR = Offset.offset(1e-12);

    @Test
    void aValueIsPlacedOnItsMargin() {
        assertThat(Unit.RELATIVE.ofMargin(-0.0025, 0.005)).isCloseTo(-0.5, NEAR);
        assertThat(Unit.POINTS.ofMargin(6, 3)).isCloseTo(2, NEAR);
        assertThat(Unit.LOGARITHM.ofMargin(0.3, 0.1)).isCloseTo(3, NEAR);
        assertThat(Unit.PLAIN.ofMargin(1, 4)).isCloseTo(0.25, NEAR);
    }

    @Test
    void aRatioIsAsFarBelowOneAsAbove() {
        assertThat(Unit.RATIO.ofMargin(1, 2)).isZero();
        assertThat(Unit.RATIO.ofMargin(4, 2)).isCloseTo(2, NEAR);
        assertThat(Unit.RATIO.ofMargin(0.5, 2)).isCloseTo(-1, NEAR);
    }

    @Test
    void textsCarryTheirUnit() {
        assertThat(Unit.RELATIVE.text(0.005)).isEqualTo("0.5000 %");
        assertThat(Unit.POINTS.text(-1.25)).isEqualTo("-1.25 pp");
        assertThat(Unit.RATIO.text(1.5)).isEqualTo("× 1.500");
        assertThat(Unit.LOGARITHM.text(Math.log(1.03))).isEqualTo("3.000 %");
        assertThat(Unit.PLAIN.text(0.25)).isEqualTo("0.2500");
        assertThat(Unit.POINTS.text(new Interval(-1, 2))).isEqualTo("-1.00 pp … 2.00 pp");
    }
}
