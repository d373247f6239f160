package dev.parity.trace.internal.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NumbersTest {
    // java.math.BigDecimal is the other opinion
    @ParameterizedTest
    @ValueSource(
            strings = {"0", "2.163", "1.064275E+01", "1e-05", "-3.50", "4294967296.0", ".5", "5.", "1E-40", "7e+30"})
    void decimalNumbers(String text) {
        assertThat(Numbers.parse(text)).isEqualTo(new BigDecimal(text).doubleValue());
        assertThat(Numbers.quantum(text)).isEqualTo(new BigDecimal(text).ulp().doubleValue());
    }

    @ParameterizedTest
    @CsvSource({"nan, NaN", "NaN, NaN", "inf, Infinity", "-inf, -Infinity", "+inf, Infinity", "Infinity, Infinity"})
    void whatIsNotFinite(String text, Double expected) {
        assertThat(Numbers.parse(text)).isEqualTo(expected);
        assertThat(Numbers.quantum(text)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.4d", "0x1p3", "1.2.3", "e", "-", "О", "1,5", "infinite"})
    void whatJavaOrNobodyReadsIsRefused(String text) {
        assertThatThrownBy(() -> Numbers.parse(text)).isInstanceOf(NumberFormatException.class);
    }
}
