package dev.parity.cli;

import dev.parity.engine.TrainingConfig;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How commands change the settings of a scenario.
final class ScenarioSettings {
    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "override a scenario key, such as train.epochs=1; may be repeated")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--data", paramLabel = "DIR", description = "folder or zip of CIFAR-10 (data.source=files)")
    private @Nullable Path data;

    Scenario load(String name) {
        return Scenarios.load(name, all(List.of()));
    }

    List<String> given() {
        return overrides;
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

    /// Returns all changes in order.
    ///
    /// @param more that stand behind the overrides, before the place of the data
    List<String> all(List<String> more) {
        List<String> all = new ArrayList<>(overrides);
        all.addAll(more);
        Path place = data;
        if (place != null) {
            all.add("data.source=files");
            all.add("data.directory='%s'".formatted(place.toString().replace("'", "''")));
        }
        return all;
    }
}
