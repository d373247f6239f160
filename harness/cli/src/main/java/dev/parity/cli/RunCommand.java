package dev.parity.cli;

import dev.parity.runner.Scenario;
import dev.parity.runner.Study;
import dev.parity.statistics.ParityResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    private ResultOptions resultOptions = new ResultOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "folder of traces and report (runs/NAME)")
    private @Nullable Path output;

    @Option(names = "--resume", description = "keep finished runs of this folder, go on with a killed one")
    private boolean resume;

    @Option(names = "--fault", paramLabel = "ID[=STRENGTH]", description = "plant a fault in the candidate")
    private Optional<String> fault = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Scenario scenario = scenarioOptions.load();
        Path folder = output == null ? Path.of("runs", scenario.name()) : output;
        Map<String, String> waivers = resultOptions.waivers();
        Files.createDirectories(folder);
        ProgressBar bar = new ProgressBar(spec.commandLine());
        ParityResult result;
        try {
            result = new Study(scenario, folder).run(resume, fault, waivers, bar::at);
        } finally {
            bar.done();
        }
        return resultOptions.show(spec.commandLine(), scenario.name(), result, folder);
    }
}
