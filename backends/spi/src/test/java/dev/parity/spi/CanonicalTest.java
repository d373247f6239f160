package dev.parity.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanonicalTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0",
        "-0.0, 0",
        "1.0, 1",
        "1000.0, 1000",
        "1e-8, 0.00000001",
        "1.5e10, 15000000000",
        "0.1, 0.1",
        "-2.5, -2.5",
        "NaN, NaN"
    })
    void aNumberIsWrittenInOneWay(double value, String expected) {
        assertThat(Canonical.number(value)).isEqualTo(expected);
    }

    @Test
    void listsAndEnumsAreWrittenInOneWay() {
        assertThat(Canonical.list(List.of(2, 4))).isEqualTo("[2,4]");
        assertThat(Canonical.name(NumericMode.Overflow.INF_NAN)).isEqualTo("inf_nan");
    }

    // FIPS 180-2, appendix B.1: SHA-256 of "abc"
    @Test
    void theHashIsSha256() {
        assertThat(Canonical.hash("abc")).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
