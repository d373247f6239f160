package dev.parity.cli;

import dev.parity.runner.Judge;
import dev.parity.runner.RunFiles;
import dev.parity.runner.RunPlan;
import dev.parity.runner.Scenario;
import dev.parity.spi.Fault;
import dev.parity.trace.RunReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs or compares, and judges by the stored baseline too.
@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "parity gate [OPTIONS] SCENARIO",
            "       parity gate [OPTIONS] --baseline FILE REFERENCE CANDIDATE",
            "       parity gate [OPTIONS] --baseline FILE REFERENCE... -- CANDIDATE..."
        },
        description = {
            "For CI: run a scenario, or compare runs, and judge them by an approved baseline too.",
            "Besides all gates, a statistic that no equal run would have is a regression: exit code 1.",
            "A missing baseline is an error (exit code 2), one of another scenario INVALID (exit code 3)."
        },
        footer = {
            "",
            "Examples:",
            "  parity baseline approve moe-cifar --reason \"first port\"",
            "  parity gate moe-cifar",
            "  parity gate --baseline baselines/gpt.json gpu/ npu/"
        })
final class GateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "SCENARIO or RUN", description = "a scenario, or runs as for compare")
    private List<String> what = new ArrayList<>();

    @Mixin
    private ScenarioChanges changes = new ScenarioChanges();

    @Mixin
    private ReadOptions readOptions = new ReadOptions();

    @Mixin
    private RunOptions runOptions = new RunOptions();

    @Mixin
    private ResultOptions resultOptions = new ResultOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "folder of traces and report (runs/gate-NAME, runs/gate)")
    private @Nullable Path output;

    @Option(names = "--fault", paramLabel = "ID[=STRENGTH]", description = "plant a fault, to see the gate fail")
    private Optional<String> fault = Optional.empty();

    @Override
    public Integer call() {
        Sides sides = Sides.of(what);
        if (sides.groups().size() == 1 && what.size() == 1) {
            return scenario(what.getFirst());
        }
        Sides two = sides.two()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "expected SCENARIO, REFERENCE CANDIDATE, or REFERENCE... -- CANDIDATE..., found %s"
                                .formatted(Sides.given(what))));
        Judge judge = resultOptions.judge(changes.ofRuns(), null);
        RunReader reader = readOptions.reader();
        return resultOptions.show(
                spec.commandLine(),
                two.title(),
                output == null ? Path.of("runs", "gate") : output,
                () -> judge.judge(RunFiles.of(two.reference(), reader), RunFiles.of(two.candidate(), reader), reader));
    }

    private int scenario(String name) {
        Scenario scenario = changes.load(name);
        Path place = output == null ? Path.of("runs", "gate-" + scenario.name()) : output;
        RunPlan plan = RunPlan.of(
                scenario, fault.map(Fault::choose).map(Fault.Choice::toString), changes.overrides(name), place);
        runOptions.check(plan);
        Judge judge = resultOptions.judge(scenario.profile(), BaselineCommand.place(scenario));
        return resultOptions.show(spec.commandLine(), scenario.name(), place, () -> {
            runOptions.execute(plan, _ -> {});
            return judge.judge(plan);
        });
    }
}
