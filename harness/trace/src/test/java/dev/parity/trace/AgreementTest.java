package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgreementTest {
    private static Provenance with(String key, String value) {
        return Provenance.of("recorded", value.isEmpty() ? Map.of() : Map.of(key, value), Map.of(), Map.of());
    }

    // settings may be known in part: what both sides know decides
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dtype                | fp16              | fp16                    | SAME
            dtype                | fp16              | bf16                    | DIFFERENT
            dtype                | fp16              | ''                      | ONE_SIDED
            dtype                | ''                | fp16                    | ONE_SIDED
            dtype                | ''                | ''                      | UNKNOWN
            optimizer            | sgd lr=0.1        | sgd lr=0.1 momentum=0.9 | ONE_SIDED
            optimizer            | sgd lr=0.1        | sgd lr=0.2 momentum=0.9 | DIFFERENT
            optimizer            | sgd lr=0.1        | adamw lr=0.1            | DIFFERENT
            optimizer            | sgd lr=0.1        | sgd lr=0.1              | SAME
            loss-scaler-settings | window=50         | window=50 min=1.0       | ONE_SIDED
            loss-scaler-settings | window=50 min=1.0 | window=100              | DIFFERENT
            world                | 2                 | 2 lr=1                  | DIFFERENT
            """)
    void keysAgreeAsFarAsBothAreKnown(String key, String mine, String its, Provenance.Agreement expected) {
        assertThat(with(key, mine).agreement(key, with(key, its))).isEqualTo(expected);
        assertThat(with(key, its).agreement(key, with(key, mine))).isEqualTo(expected);
    }
}
