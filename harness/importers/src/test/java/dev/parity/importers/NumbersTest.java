package dev.parity.importers;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NumbersTest {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,6})?");

    /// Java's own decimal arithmetic says what a number is and how fine it is printed.
    @Test
    void numbersAreThoseOfBigDecimal() {
        Random random = new Random(5);
        int numbers = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(9); length >= 0; length--) {
                text.append("0123456789.-+eE".charAt(random.nextInt(15)));
            }
            boolean decimal = DECIMAL.matcher(text).matches();
            assertThat(Numbers.value(text.toString()).isPresent())
                    .as(text.toString())
                    .isEqualTo(decimal);
            if (decimal) {
                numbers++;
                BigDecimal exact = new BigDecimal(text.toString());
                assertThat(Numbers.value(text.toString()))
                        .hasValue(exact.doubleValue() == 0 && text.charAt(0) == '-' ? -0.0 : exact.doubleValue());
                assertThat(Numbers.quantum(text.toString()))
                        .isEqualTo(exact.ulp().doubleValue());
            }
        }
        assertThat(numbers).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", ".", "1e", "1e+", "e5", "0x1p3", "1d", "1_000", "1,5", "١", "1e9999999", "--1", "1.2.3"
            })
    void otherTextsAreNone(String text) {
        assertThat(Numbers.value(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"nan, NaN", "-NaN, NaN", "Infinity, Infinity", "-inf, -Infinity", "1e999, Infinity"})
    void whatIsNotFiniteHasManyNames(String text, double value) {
        assertThat(Numbers.value(text)).hasValue(value);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "49.0, 49", "1e3, 1000"})
    void aStepMayBeADecimal(String text, long step) {
        assertThat(Numbers.step(text)).hasValue(step);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0.5", "nan", "1e300", "inf"})
    void aStepIsWhole(String text) {
        assertThat(Numbers.step(text)).isEmpty();
    }

    // printf '%.6E' 12.44007 = 1.244007E+01, of 9.218721 = 9.218721E+00, of 0.00123 = 1.230000E-03
    @ParameterizedTest
    @CsvSource({"12.44007, 1e-5", "9.218721, 1e-6", "0.00123, 1e-9", "100, 1e-4"})
    void sevenDigitsArePrinted(double value, double quantum) {
        assertThat(Numbers.scientificQuantum(value)).isEqualTo(quantum);
    }
}
