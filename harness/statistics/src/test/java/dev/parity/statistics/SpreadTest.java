package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class SpreadTest {
    // s = sqrt(2.5), t(4, .975) = 2.776445 of a printed table, half = t·s·sqrt(6/5) = 4.808943
    @Test
    void theNextValueIsPredictedByStudentsT() {
        Spread spread = Spread.of(new double[] {1, 2, 3, 4, 5});
        assertThat(spread.mean()).isEqualTo(3);
        assertThat(spread.deviation()).isCloseTo(Math.sqrt(2.5), within(1e-15));
        assertThat(spread.prediction(0.95).low()).isCloseTo(3 - 4.808943, within(1e-5));
        assertThat(spread.prediction(0.95).high()).isCloseTo(3 + 4.808943, within(1e-5));
        assertThat(spread.floor()).isCloseTo(7.808943, within(1e-5));
        assertThat(Spread.of(new double[] {-1, -2, -3, -4, -5}).floor()).isCloseTo(7.808943, within(1e-5));
    }

    @Test
    void equalValuesDoNotScatter() {
        Spread spread = Spread.of(new double[] {0.1, 0.1, 0.1});
        assertThat(spread).isEqualTo(new Spread(3, 0.1, 0));
        assertThat(spread.floor()).isEqualTo(0.1);
    }

    @Test
    void whatNoRepeatsGiveIsRefused() {
        assertThatThrownBy(() -> Spread.of(new double[] {1})).hasMessageContaining("at least 2 repeats");
        assertThatThrownBy(() -> new Spread(3, Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Spread(3, 1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Spread(3, 1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
