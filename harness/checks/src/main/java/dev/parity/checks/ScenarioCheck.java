package dev.parity.checks;

import dev.parity.runner.FolderName;
import dev.parity.runner.Judge;
import dev.parity.runner.LocalExecutor;
import dev.parity.runner.RunExecutor;
import dev.parity.runner.RunPlan;
import dev.parity.runner.Scenario;
import dev.parity.runner.Scenarios;
import dev.parity.runner.Seeds;
import dev.parity.spi.Availability;
import dev.parity.spi.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Asks of a scenario: trains both sides, then judges.
///
/// @param scenario name of a scenario, or a YAML file
/// @param settings `key.path=value` laid over it, in order
/// @param fault `ID` or `ID=STRENGTH` to plant in the candidate, if any
/// @param required ids of gates that must be judged
/// @param waivers reason by comparability key
public record ScenarioCheck(
        String scenario,
        List<String> settings,
        Optional<String> fault,
        Set<String> required,
        Map<String, String> waivers)
        implements Check {
    /// Copies the collections.
    public ScenarioCheck {
        settings = List.copyOf(settings);
        required = Set.copyOf(required);
        waivers = Map.copyOf(waivers);
    }

    /// Asks of a scenario with settings.
    ///
    /// @param scenario name of a scenario, or a YAML file
    /// @param settings `key.path=value` laid over it, in order
    public ScenarioCheck(String scenario, List<String> settings) {
        this(scenario, settings, Optional.empty(), Set.of(), Map.of());
    }

    /// Asks of a scenario on two backends. An empty text leaves what the scenario says.
    ///
    /// @param scenario name of a scenario, or a YAML file
    /// @param reference id of the backend that is taken as right
    /// @param candidate id of the backend under test
    /// @param seeds `N` or `FROM..TO`
    /// @param profile which gates judge
    /// @param settings `key.path=value`, laid over all these
    /// @return the check
    /// @throws IllegalArgumentException if these are no seeds
    public static ScenarioCheck of(
            String scenario, String reference, String candidate, String seeds, String profile, List<String> settings) {
        List<String> all = new ArrayList<>();
        set(all, "reference.backend", reference);
        set(all, "candidate.backend", candidate);
        if (!seeds.isEmpty()) {
            Seeds range = Seeds.of(seeds);
            all.add("train.seed=" + range.first());
            all.add("study.seeds=" + range.count());
        }
        set(all, "profile", profile);
        all.addAll(settings);
        return new ScenarioCheck(scenario, all);
    }

    private static void set(List<String> settings, String key, String value) {
        if (!value.isEmpty()) {
            settings.add("%s=%s".formatted(key, value));
        }
    }

    /// Plants a fault in the candidate, to see that a check can fail.
    ///
    /// @param id `ID` or `ID=STRENGTH`
    /// @return the new check
    public ScenarioCheck withFault(String id) {
        return new ScenarioCheck(scenario, settings, Optional.of(id), required, waivers);
    }

    /// Requires gates to be judged.
    ///
    /// @param gates their ids
    /// @return the new check
    public ScenarioCheck requiring(Set<String> gates) {
        return new ScenarioCheck(scenario, settings, fault, gates, waivers);
    }

    @Override
    public String title() {
        return load().name();
    }

    @Override
    public String folderName() {
        return FolderName.of(title(), fault, settings);
    }

    @Override
    public String command() {
        return new CommandLine("run")
                .words(List.of(scenario))
                .option("--set", settings.stream())
                .option("--fault", fault.stream())
                .demands(required, waivers)
                .text();
    }

    @Override
    public Optional<String> missing() {
        Scenario loaded = load();
        return Stream.of(loaded.reference(), loaded.candidate())
                .flatMap(side -> missing(side.backend()).stream())
                .findFirst();
    }

    private static Optional<String> missing(String backend) {
        return switch (Backends.provider(backend).availability()) {
            case Availability.Available _ -> Optional.empty();
            case Availability.Unavailable(String reason) ->
                Optional.of("backend %s is not available: %s".formatted(backend, reason));
        };
    }

    @Override
    public Checked run(Path folder) {
        Scenario loaded = load();
        RunPlan plan = RunPlan.of(loaded, fault, settings, folder);
        RunExecutor executor = new LocalExecutor(1);
        executor.check(plan);
        Judge judge = new Judge(loaded.profile(), waivers, required, Optional.empty());
        return Checked.of(this, folder, () -> {
            executor.execute(plan, false, RunExecutor.Progress.QUIET);
            return judge.judge(plan);
        });
    }

    private Scenario load() {
        return Scenarios.load(scenario, settings);
    }

    /// Names the check in lists of tests.
    @Override
    public String toString() {
        return String.join(
                " ",
                Stream.concat(Stream.of(scenario), Stream.concat(settings.stream(), fault.stream()))
                        .toList());
    }
}
