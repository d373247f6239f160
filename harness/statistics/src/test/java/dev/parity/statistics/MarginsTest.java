package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MarginsTest {
    // the table of verdicts: loss 0.5 %, first step 1 %, gradient norm 10 %, accuracy 3 and 10 points, 1
    // and 4 from 8 seeds on
    @Test
    void theDefaultsAreThoseOfTheGuide() {
        assertThat(Margins.DEFAULT).isEqualTo(new Margins(0.005, 0.01, 0.1, 3, 10, 1, 4, 2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void aMarginThatIsNotAboveZeroIsRefused(double margin) {
        assertThatThrownBy(() -> Margins.DEFAULT.withLoss(margin))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("margins must be above 0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.5})
    void aRatioThatIsNotAboveOneIsRefused(double ratio) {
        assertThatThrownBy(() -> new Margins(1, 1, 1, 1, 1, 1, 1, ratio)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherLossMarginLeavesTheOthers() {
        assertThat(Margins.DEFAULT.withLoss(0.02)).isEqualTo(new Margins(0.02, 0.01, 0.1, 3, 10, 1, 4, 2));
    }
}
