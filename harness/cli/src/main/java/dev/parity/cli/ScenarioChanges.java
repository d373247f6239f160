package dev.parity.cli;

import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.statistics.Profile;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How commands change a scenario.
final class ScenarioChanges {
    @Mixin
    private ScenarioSettings settings = new ScenarioSettings();

    @Option(names = "--profile", paramLabel = "NAME", description = ProfileOptions.DESCRIPTION)
    private Optional<String> profile = Optional.empty();

    Scenario load(String name) {
        return Scenarios.load(name, all());
    }

    String show(String name) {
        return Scenarios.show(name, all());
    }

    /// Returns what changes the scenario, as [ScenarioSettings#overrides] says.
    List<String> overrides(String name) {
        return settings.overrides(name);
    }

    /// Returns what judges recorded runs: `--profile`, and margins that `--set` changes.
    Profile ofRuns() {
        return MarginOption.of(Profile.named(profile.orElse(Profile.STRICT.name())), settings.given());
    }

    private List<String> all() {
        return settings.all(profile.stream()
                .map(name -> "profile='%s'".formatted(name.replace("'", "''")))
                .toList());
    }
}
