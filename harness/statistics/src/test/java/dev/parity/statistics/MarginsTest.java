package dev.parity.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MarginsTest {
    // the table of verdicts: loss 0.5 %, first step 1 %, gradient norm 10 %, accuracy 3 and 10 points, 1
    // and 4 from 8 seeds on
    @Test
    void theDefaultsAreThoseOfTheGuide() {
        assertThat(Profile.STRICT.margins().values())
                .isEqualTo(Map.of(
                        "loss", 0.005,
                        "firstStep", 0.01,
                        "gradientNorm", 0.1,
                        "accuracy", 3.0,
                        "classAccuracy", 10.0,
                        "accuracyOfMany", 1.0,
                        "classAccuracyOfMany", 4.0,
                        "overflowRatio", 2.0));
    }

    @ParameterizedTest
    @CsvSource({"loss, 0", "loss, -1", "firstStep, NaN", "accuracy, Infinity", "overflowRatio, 1", "overflowRatio, 0.5"
    })
    void aMarginOutOfItsRangeIsRefusedByName(String name, double value) {
        assertThatThrownBy(() -> Profile.STRICT.with(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("margins.%s must be above %s, was %s"
                        .formatted(name, name.equals("overflowRatio") ? 1.0 : 0.0, value));
    }

    @Test
    void aMarginThatNoGateHasIsRefused() {
        assertThatThrownBy(() -> Profile.STRICT.with(Map.of("los", 0.01)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no margin 'los', there are [firstStep, loss, gradientNorm,");
    }

    @Test
    void anotherMarginLeavesTheOthers() {
        Map<String, Double> values =
                Profile.STRICT.with(Map.of("loss", 0.02)).margins().values();
        assertThat(values)
                .containsEntry("loss", 0.02)
                .containsEntry("firstStep", 0.01)
                .hasSize(8);
    }

    @Test
    void everyGateThatIsFoundIsInTheDefaultProfile() {
        assertThat(Gate.all())
                .extracting(Gate::id)
                .containsExactlyInAnyOrderElementsOf(
                        Profile.STRICT.gates().stream().map(Gate::id).toList());
    }

    @Test
    void aProfileWithoutAValueForAMarginIsRefused() {
        List<Gate> gates = Profile.STRICT.gates();
        Margins none = new Margins(Map.of());
        assertThatThrownBy(() -> new Profile("bare", gates, none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no value for margins.firstStep, there are []");
    }

    @Test
    void onlyWhatJudgesCanBeRequired() {
        assertThatThrownBy(() -> Profile.STRICT.check(Set.of("acuracy")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no gate 'acuracy' to require, there are [comparability, length,");
    }
}
