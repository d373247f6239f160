package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SeedsTest {
    @Test
    void oneSeedOrARangeIsRead() {
        assertThat(Seeds.of("7")).isEqualTo(new Seeds(7, 7));
        assertThat(Seeds.of("3..5")).isEqualTo(new Seeds(3, 5));
        assertThat(Seeds.of("3..5").count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "1..", "1..2..3", "3..1", "1..100001", "9223372036854775807", "-9..9223372036854775800"
            })
    void whatIsNoRangeIsRefused(String text) {
        assertThatThrownBy(() -> Seeds.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seeds: expected N or FROM..TO, found '%s'", text);
    }
}
