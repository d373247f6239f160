package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.parity.cli.DotErrors.Data;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Errors of the models beside those of section 6 of the numerics survey (`../shared/design/numerics.md`), which others
/// computed with models of their own and operands of their own: 1000 dot products, so their own scatter is 2 %.
final class DotErrorsTest {
    private static DotErrors errors(String unit, Data data, int terms) {
        MeasuredUnit measured = MeasuredUnit.of(unit);
        return DotErrors.of(measured.unit(), measured.format(), data, terms, 1000, 18);
    }

    // truncation is a bias, so rms is no larger
    @ParameterizedTest
    @CsvSource({
        "v100, 4608, -9.8e-5",
        "a100, 4608, -5.5e-5",
        "h100, 4608, -2.9e-5",
        "v100, 576, -1.2e-5",
        "h100, 576, -3.1e-6",
        "tf32-rz, 4608, -6.5e-4",
        "hf32-rz, 4608, -3.3e-4"
    })
    void truncationShiftsSumsOfOneSign(String unit, int terms, double bias) {
        DotErrors errors = errors(unit, Data.UNIFORM, terms);
        assertThat(errors.bias()).isCloseTo(bias, within(0.1 * Math.abs(bias)));
        assertThat(errors.rms()).isCloseTo(Math.abs(errors.bias()), within(0.02 * errors.rms()));
    }

    @ParameterizedTest
    @CsvSource({
        "v100, NORMAL, 4608, 2.3e-6",
        "a100, NORMAL, 4608, 7.6e-6",
        "h100, NORMAL, 4608, 5.6e-6",
        "cube-rne, NORMAL, 4608, 3.0e-7",
        "cube-rne, UNIFORM, 4608, 2.5e-7",
        "cube-rne, UNIFORM, 576, 9e-8",
        "tf32-rz, NORMAL, 4608, 7.7e-4",
        "tf32-rna, NORMAL, 4608, 3.1e-4",
        "hf32-rne, NORMAL, 4608, 1.4e-4"
    })
    void errorsScatterAsMuchAsOthersFound(String unit, Data data, int terms, double rms) {
        assertThat(errors(unit, data, terms).rms()).isCloseTo(rms, within(0.1 * rms));
    }

    // rounding to nearest has no bias: of 1000 samples the mean lies within four standard errors of 0
    @ParameterizedTest
    @CsvSource({"cube-rne, UNIFORM", "cube-tree, UNIFORM", "cube-rne, NORMAL", "tf32-rna, UNIFORM", "hf32-rne, UNIFORM"
    })
    void roundingToNearestHasNoBias(String unit, Data data) {
        DotErrors errors = errors(unit, data, 4608);
        assertThat(Math.abs(errors.bias())).isLessThan(4 * errors.rms() / Math.sqrt(1000));
    }

    // an FP16 ulp of results around 1152 is 1: a shift of 1152 times 9.8e-5 changes 11 % of them, 2.9e-5 3 %
    @Test
    void aBiasShowsInFp16() {
        assertThat(errors("v100", Data.UNIFORM, 4608).halves()).isBetween(0.08, 0.15);
        assertThat(errors("h100", Data.UNIFORM, 4608).halves()).isBetween(0.015, 0.06);
        assertThat(errors("cube-rne", Data.UNIFORM, 4608).halves()).isLessThan(0.005);
    }
}
