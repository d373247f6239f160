package dev.parity.cli;

import dev.parity.runner.Scenario;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// How commands name a scenario and change it.
final class ScenarioOptions {
    @Parameters(paramLabel = "SCENARIO", description = "name of a scenario, or a YAML file")
    private String name = "";

    @Mixin
    private ScenarioChanges changes = new ScenarioChanges();

    Scenario load() {
        return changes.load(name);
    }

    String show() {
        return changes.show(name);
    }

    List<String> overrides() {
        return changes.overrides(name);
    }
}
