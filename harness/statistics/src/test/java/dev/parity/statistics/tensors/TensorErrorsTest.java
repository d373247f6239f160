package dev.parity.statistics.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TensorErrorsTest {
    private static TensorErrors fp16(double[] golden, double... found) {
        return TensorErrors.of(NumberFormat.FP16, golden, found, false);
    }

    // by hand: errors 0.25, -0.5, 0.5 of 1, -2, 4; size sqrt(21/3)
    @Test
    void theFiguresAreThoseOfTheirDefinitions() {
        TensorErrors errors = fp16(new double[] {1, -2, 4}, 1.25, -2.5, 4.5);
        double size = Math.sqrt(7);
        assertThat(errors.maxRelative()).isEqualTo(0.25);
        assertThat(errors.meanRelative()).isCloseTo((0.25 + 0.25 + 0.125) / 3, within(1e-15));
        assertThat(errors.rootMeanSquare()).isCloseTo(Math.sqrt(0.5625 / 3), within(1e-15));
        assertThat(errors.rmsSized()).isCloseTo(Math.sqrt(0.5625 / 3) / size, within(1e-15));
        assertThat(errors.bias()).isCloseTo(0.25 / 3 / size, within(1e-15));
        assertThat(errors.growth()).isCloseTo(1.25 / 3 / size, within(1e-15));
        assertThat(errors.maxAbsolute()).isEqualTo(0.5);
        // ulps of FP16 are 2^-10, 2^-9 and 2^-8 there
        assertThat(errors.meanUlps()).isEqualTo((256 + 256 + 128) / 3.0);
        assertThat(errors.cosine()).isCloseTo((1.25 + 5 + 18) / Math.sqrt(21 * (1.5625 + 6.25 + 20.25)), within(1e-15));
        assertThat(errors.judged()).isEqualTo(3);
    }

    @Test
    void aTruncationShrinksMagnitudesWithoutMovingTheMean() {
        TensorErrors errors = fp16(new double[] {1.0005, -1.0005}, 1, -1);
        assertThat(errors.bias()).isZero();
        assertThat(errors.growth()).isCloseTo(-0.0005 / 1.0005, within(1e-12));
    }

    // the ulp of the standard: 2^(max(exponent, -14) - 10)
    @ParameterizedTest
    @CsvSource({"1, 1.0009765625, 1", "2, 2.0009765625, 0.5", "0, 5.9604644775390625e-8, 1", "1e-6, 1e-6, 0"})
    void distancesAreInUlpsOfTheGolden(double golden, double found, double ulps) {
        assertThat(TensorErrors.ulps(NumberFormat.FP16, golden, found, false)).isEqualTo(ulps);
    }

    @Test
    void theHistogramCountsEveryElement() {
        TensorErrors errors = fp16(new double[] {1, 1, 1, 1, 1}, 1, 1 + 0x1p-10, 1 + 0x1p-9, 2, Double.NaN);
        assertThat(errors.histogram()).isEqualTo(List.of(1L, 0L, 1L, 1L, 0L, 0L, 0L, 2L));
    }

    @Test
    void whatIsSmallIsJudgedByItsAbsoluteError() {
        TensorErrors errors = fp16(new double[] {0x1p-11, 0x1p-11, 1, 1}, 0x1p-11 + 0x1p-17, 0x1p-10, 1, 1);
        assertThat(errors.maxRelative()).isZero();
        assertThat(errors.smallShare()).isEqualTo(0.25); // 2^-11 is beyond 2^-16, 2^-17 is not
    }

    @ParameterizedTest
    @CsvSource({
        "70000, Infinity, false, 0",
        "70000, -Infinity, false, 1",
        "-70000, -Infinity, false, 0",
        "70000, 65504, false, 1",
        "70000, 65504, true, 0",
        "70000, -65504, true, 1",
        "1000, Infinity, false, 1",
        "1000, NaN, false, 1",
        "65519, Infinity, false, 0", // half an ulp below what overflows
        "65521, 65504, false, 0",
        "Infinity, Infinity, false, 0",
        "Infinity, -Infinity, false, 1",
        "NaN, 0, false, 1",
        "NaN, Infinity, false, 1",
        "NaN, NaN, true, 1",
        "NaN, 0, true, 0"
    })
    void aNumberOfAnotherKindIsApart(double golden, double found, boolean saturates, int apart) {
        TensorErrors errors =
                TensorErrors.of(NumberFormat.FP16, new double[] {golden, 1}, new double[] {found, 1}, saturates);
        assertThat(errors.apart()).isEqualTo(apart);
        assertThat(errors.unjudged()).isEqualTo(Double.isNaN(golden) && apart == 0 ? 1 : 0);
    }

    @Test
    void theWorstElementIsTheOneOfAnotherKindThenTheFarthest() {
        double[] golden = {1, 1, 70000};
        assertThat(TensorErrors.worst(NumberFormat.FP16, golden, new double[] {1, 2, Double.POSITIVE_INFINITY}, false))
                .isEqualTo(1);
        assertThat(TensorErrors.worst(NumberFormat.FP16, golden, new double[] {1, 2, 65504}, false))
                .isEqualTo(2);
    }

    @Test
    void aMissingElementIsRefused() {
        assertThatThrownBy(() -> fp16(new double[] {1, 2}, 1)).hasMessageContaining("were 2 and 1");
        assertThatThrownBy(() -> fp16(new double[0])).hasMessageContaining("at least 1");
    }
}
