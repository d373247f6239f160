package dev.parity.cli;

import dev.parity.engine.TrainingConfig;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.statistics.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How commands change a scenario.
final class ScenarioChanges {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "override a scenario key, such as train.epochs=1; may be repeated")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--data", paramLabel = "DIR", description = "folder or zip of CIFAR-10 (data.source=files)")
    private @Nullable Path data;

    @Option(names = "--profile", paramLabel = "NAME", description = ProfileOptions.DESCRIPTION)
    private Optional<String> profile = Optional.empty();

    Scenario load(String name) {
        return Scenarios.load(name, all());
    }

    String show(String name) {
        return Scenarios.show(name, all());
    }

    /// Returns what changes the scenario. Where the files of CIFAR-10 lie does not; that they take the
    /// place of other data does.
    List<String> overrides(String name) {
        List<String> changes = new ArrayList<>(overrides);
        if (data != null && Scenarios.load(name, overrides).training().data().source() != TrainingConfig.Source.FILES) {
            changes.add("data.source=files");
        }
        return changes;
    }

    /// Returns what judges recorded runs: `--profile`, and margins that `--set` changes.
    Profile ofRuns() {
        return MarginOption.of(Profile.named(profile.orElse(Profile.STRICT.name())), overrides);
    }

    private List<String> all() {
        List<String> all = new ArrayList<>(overrides);
        profile.ifPresent(name -> all.add("profile='%s'".formatted(name.replace("'", "''"))));
        Path place = data;
        if (place != null) {
            all.add("data.source=files");
            all.add("data.directory='%s'".formatted(place.toString().replace("'", "''")));
        }
        return all;
    }
}
