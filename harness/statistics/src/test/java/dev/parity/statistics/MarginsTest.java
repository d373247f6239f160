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
    // the table of verdicts: loss 0.5 %, pointwise 1.15 %, gradient norm 10 %, motion 0.8 to 1.25, accuracy 3 and 10
    // points, 1 and 4 from 8 seeds on
    @Test
    void theDefaultsAreThoseOfTheGuide() {
        assertThat(Profile.STRICT.margins().values())
                .containsAllEntriesOf(Map.of(
                        "loss", 0.005,
                        "pointwise", 0.0115,
                        "gradientNorm", 0.1,
                        "motion", 1.25,
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
                .hasMessageStartingWith(
                        "no margin 'los', there are [firstStep, firstStepOfMany, firstStepPooled, routingAgreement,");
    }

    @Test
    void anotherMarginLeavesTheOthers() {
        Map<String, Double> values =
                Profile.STRICT.with(Map.of("loss", 0.02)).margins().values();
        assertThat(values)
                .containsEntry("loss", 0.02)
                .containsEntry("firstStep", 4.0)
                .hasSameSizeAs(Profile.STRICT.margins().values());
    }

    @Test
    void everyGateThatIsFoundIsInAProfile() {
        assertThat(Gate.all())
                .extracting(Gate::id)
                .containsExactlyInAnyOrderElementsOf(Profile.NAMES.stream()
                        .flatMap(name -> Profile.named(name).gates().stream())
                        .map(Gate::id)
                        .distinct()
                        .toList());
    }

    // the bounds as published: verl 2 % on average; Megatron 5 % each; PaddlePaddle 5 %, 2 %, half a point;
    // MindFormers 0.5 %, 1 %, 10 %, 1000 steps; msprobe 1 % and 1 %
    @Test
    void thePublishedProfilesHaveTheirBounds() {
        assertThat(Profile.named("verl").margins().values()).isEqualTo(Map.of("meanLossError", 0.02));
        assertThat(Profile.named("megatron").margins().values()).isEqualTo(Map.of("eachLoss", 0.05));
        assertThat(Profile.named("paddle-ascend").margins().values())
                .isEqualTo(Map.of("eachLoss", 0.05, "meanLossError", 0.02, "finalAccuracy", 0.5));
        assertThat(Profile.named("mindformers").margins().values())
                .isEqualTo(
                        Map.of("firstLoss", 0.005, "meanLossError", 0.01, "meanNormError", 0.1, "enoughSteps", 1000.0));
        assertThat(Profile.named("msprobe").margins().values())
                .isEqualTo(Map.of("firstLoss", 0.01, "meanLossError", 0.01));
    }

    @Test
    void aProfileMayBeginWithAnother() {
        Profile onePair = Profile.named("one-pair");
        assertThat(onePair.gates())
                .extracting(Gate::id)
                .isEqualTo(Profile.STRICT.gates().stream().map(Gate::id).toList());
        assertThat(onePair.margins().values()).containsEntry("loss", 0.03).containsEntry("pointwise", 0.0115);
    }

    @Test
    void aProfileThatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> Profile.named("verbose"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no profile 'verbose', there are "
                        + "[strict, one-pair, msprobe, mindformers, verl, paddle-ascend, megatron]");
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
