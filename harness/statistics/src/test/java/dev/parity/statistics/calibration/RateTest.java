package dev.parity.statistics.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.parity.statistics.Interval;
import org.junit.jupiter.api.Test;

final class RateTest {
    // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: Wilson's interval of 81 of 263
    @Test
    void theIntervalIsWilsons() {
        Rate rate = new Rate(81, 263);
        assertThat(rate.interval().low()).isCloseTo(0.2553, within(5e-5));
        assertThat(rate.interval().high()).isCloseTo(0.3662, within(5e-5));
        assertThat(rate).hasToString("81/263");
    }

    @Test
    void noTrialHasNoRate() {
        Rate rate = new Rate(0, 0);
        assertThat(rate.share()).isNaN();
        assertThat(rate.interval()).isEqualTo(Interval.NONE);
    }

    @Test
    void whatCannotBeCountedIsRefused() {
        assertThatThrownBy(() -> new Rate(2, 1)).hasMessage("a rate needs 0 to 1 times, was 2");
        assertThatThrownBy(() -> new Rate(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
