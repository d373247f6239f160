package dev.parity.cli;

import dev.parity.runner.FolderName;
import dev.parity.runner.Judge;
import dev.parity.runner.RunPlan;
import dev.parity.runner.Scenario;
import dev.parity.spi.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Trains both sides, compares them, writes a report.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Train reference and candidate on the same seeds, compare them, write a report.",
        footer = {
            "",
            "Examples:",
            "  parity run moe-cifar",
            "  parity run moe-cifar --set study.seeds=3 -o runs/three",
            "  parity run moe-cifar --fault weight-gradient-scale=0.03    (must FAIL)"
        })
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ScenarioOptions scenarioOptions = new ScenarioOptions();

    @Mixin
    private RunOptions runOptions = new RunOptions();

    @Mixin
    private ResultOptions resultOptions = new ResultOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "folder of traces and report (runs/NAME, with the fault and the overrides if there are any)")
    private @Nullable Path output;

    @Option(
            names = "--fault",
            paramLabel = "ID[=STRENGTH]",
            description = "plant a fault in the candidate; 'parity faults' lists them")
    private Optional<String> fault = Optional.empty();

    @Override
    public Integer call() {
        Scenario scenario = scenarioOptions.load();
        List<String> overrides = scenarioOptions.overrides();
        Optional<String> planted = fault.map(Fault::choose).map(Fault.Choice::toString);
        String name = FolderName.of(scenario.name(), planted, overrides);
        Path place = output == null ? Path.of("runs", name) : output;
        RunPlan plan = RunPlan.of(scenario, planted, overrides, place);
        runOptions.check(plan);
        Judge judge = resultOptions.judge(scenario.profile());
        // nothing was written up to here
        return resultOptions.show(spec.commandLine(), name, place, () -> {
            runOptions.execute(plan, _ -> {});
            return judge.judge(plan);
        });
    }
}
