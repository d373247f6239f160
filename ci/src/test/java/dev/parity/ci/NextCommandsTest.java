package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parity.runner.Scenarios;
import dev.parity.statistics.Suspect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a suspect advises can be run: each setting is one that a scenario has.
final class NextCommandsTest {
    @ParameterizedTest
    @EnumSource
    void eachSettingOfANextCommandIsOneOfAScenario(Suspect suspect) {
        List<String> words = List.of(suspect.next().split(" ", -1));
        assertThat(words.subList(0, 3)).containsExactly("./parity", "run", "SCENARIO");
        List<String> settings = new ArrayList<>();
        for (int i = 3; i < words.size(); i += 2) {
            assertThat(words.get(i)).isEqualTo("--set");
            settings.add(words.get(i + 1));
        }
        assertThat(settings).isNotEmpty();
        assertThatCode(() -> Scenarios.load("moe-cifar", settings)).doesNotThrowAnyException();
    }
}
