package dev.parity.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How faults are named and chosen.
final class FaultTest {
    @Test
    void aFaultThatDoesNotExistIsRefusedWithThoseThatDo() {
        assertThatThrownBy(() -> Fault.choose("gremlin"))
                .hasMessageStartingWith("there is no fault 'gremlin', there are [all-to-all-stale, ");
        assertThatThrownBy(() -> Fault.choose("capacity-off=few")).hasMessageContaining("must be a number, was 'few'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            weight-gradient-scale=0      | must be -1000 to 1000 but not 0, was 0
            expert-gradients-scaled=1.0  | must be 0 to 64 but not 1, was 1
            expert-gradients-scaled=-0.5 | was -0.5
            expert-gradients-scaled=65   | was 65
            expert-gradients-scaled=NaN  | was NaN
            capacity-off=1.5             | must be a whole number, 1 to 4096, was 1.5
            truncating-cast=2            | must be 1, was 2
            capacity-off=                | must be a number, was ''
            """)
    void aStrengthThatChangesNothingOrIsOutOfRangeIsRefused(String argument, String reason) {
        assertThatThrownBy(() -> Fault.choose(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aChoiceReadsTheSameHoweverItWasAskedFor() {
        assertThat(Fault.choose("capacity-off")).hasToString("capacity-off=1");
        assertThat(Fault.choose("capacity-off=1.00")).hasToString("capacity-off=1");
        assertThat(Fault.choose("weight-gradient-scale")).hasToString("weight-gradient-scale=0.03");
    }

    @Test
    void aSuspectThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> Fault.About.of("x", "does x", Fault.Strengths.SWITCH, "moon"))
                .hasMessageContaining("the suspects of fault x must be some of")
                .hasMessageEndingWith("were [moon]");
    }

    @Test
    void aSetupReadsAsOverrides() {
        assertThat(Fault.About.of("x", "does x", Fault.Strengths.SWITCH, "data")
                        .under("train.epochs", "5")
                        .under("data.seed", "2")
                        .overrides())
                .isEqualTo(List.of("train.epochs=5", "data.seed=2"));
    }
}
