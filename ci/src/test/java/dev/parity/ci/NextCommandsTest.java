package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parity.runner.Scenarios;
import dev.parity.statistics.Suspect;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a suspect advises can be run: each setting is one that a scenario has.
final class NextCommandsTest {
    @ParameterizedTest
    @EnumSource
    void eachSettingOfANextCommandIsOneOfAScenario(Suspect suspect) {
        Provenance provenance = Provenance.of(
                Provenance.RECORDED,
                Map.of(),
                Map.of(),
                Map.of(
                        Provenance.SCENARIO_NAME,
                        "moe-cifar",
                        Provenance.OVERRIDES,
                        "train.epochs=1, optimizer.lr=0.1"));
        RunTrace run = new RunTrace(
                "run", provenance, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());
        List<String> words = List.of(suspect.next(run).split(" ", -1));
        assertThat(words.subList(0, 7))
                .containsExactly(
                        "./parity", "run", "moe-cifar", "--set", "train.epochs=1", "--set", "optimizer.lr=0.1");
        List<String> settings = new ArrayList<>();
        for (int i = 3; i < words.size(); i += 2) {
            assertThat(words.get(i)).isEqualTo("--set");
            settings.add(words.get(i + 1));
        }
        assertThat(settings).isNotEmpty();
        assertThatCode(() -> Scenarios.load("moe-cifar", settings)).doesNotThrowAnyException();
    }
}
