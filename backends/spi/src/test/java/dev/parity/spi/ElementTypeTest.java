package dev.parity.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ElementTypeTest {
    // IEEE 754-2019 binary16: largest 65504, ties to even, 65520 is the first magnitude that overflows
    @ParameterizedTest
    @CsvSource({
        "65504, 65504",
        "65519.99, 65504",
        "65520, Infinity",
        "-65520, -Infinity",
        "2049, 2048",
        "2051, 2052",
        "5.9604644775390625e-8, 5.9604644775390625e-8",
        "2.98e-8, 0",
        "2.9802322387695312e-8, 0",
        "2.99e-8, 5.9604644775390625e-8"
    })
    void fp16RoundsToNearestEven(double value, double expected) {
        assertThat(ElementType.FP16.round(value)).isEqualTo(expected);
    }

    @Test
    void fp16AgreesWithTheJdkOnEveryFloatThatIsNotATieOfTwoRoundings() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (!Float.isNaN(value)) {
                double expected = Float.float16ToFloat(Float.floatToFloat16(value));
                assertThat(ElementType.FP16.round(value)).as("%s", value).isEqualTo(expected);
            }
        }
    }

    @Test
    void fp32AgreesWithTheCastOfTheLanguage() {
        Random random = new Random(2);
        for (int i = 0; i < 200_000; i++) {
            double value = random.nextGaussian() * Math.scalb(1.0, random.nextInt(300) - 150);
            assertThat(ElementType.FP32.round(value)).as("%s", value).isEqualTo((float) value);
        }
    }

    @Test
    void roundsOnceWhereTwoRoundingsWouldGoWrong() {
        // 1 + 2^-11 + 2^-40: binary32 would round it to the tie 1 + 2^-11, which binary16 then rounds to 1
        assertThat(ElementType.FP16.round(1 + 0x1p-11 + 0x1p-40)).isEqualTo(1 + 0x1p-10);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY})
    void specialValuesStay(double value) {
        assertThat(Double.doubleToLongBits(ElementType.BF16.round(value))).isEqualTo(Double.doubleToLongBits(value));
    }

    @Test
    void knowsTheExtremesOfItsTypes() {
        assertThat(ElementType.FP16.maxValue()).isEqualTo(65504);
        assertThat(ElementType.FP32.maxValue()).isEqualTo(Float.MAX_VALUE);
        assertThat(ElementType.FP64.maxValue()).isEqualTo(Double.MAX_VALUE);
        assertThat(ElementType.BF16.maxValue()).isEqualTo(Float.intBitsToFloat(0x7f7f0000));
        assertThat(ElementType.FP16.unitRoundoff()).isEqualTo(0x1p-11);
        assertThat(ElementType.FP32.ulp(1)).isEqualTo(Math.ulp(1f));
    }

    // Huawei's documentation of saturation mode: infinities become the largest value, NaN becomes 0
    @Test
    void whatIsNoNumberSaturates() {
        assertThat(ElementType.FP16.saturated(Double.POSITIVE_INFINITY)).isEqualTo(65504);
        assertThat(ElementType.FP16.saturated(-70000)).isEqualTo(-65504);
        assertThat(ElementType.FP16.saturated(Double.NaN)).isZero();
        assertThat(ElementType.FP16.saturated(-1.5)).isEqualTo(-1.5);
    }
}
