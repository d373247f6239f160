package dev.parity.cli;

import dev.parity.runner.Scenarios;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Lists and shows scenarios.
@Command(
        name = "scenarios",
        mixinStandardHelpOptions = true,
        description = "List the scenarios, or show one with every setting that holds.",
        subcommands = {ScenariosCommand.Names.class, ScenariosCommand.Show.class})
final class ScenariosCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected list or show");
    }

    /// Lists.
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List names and descriptions.")
    static final class Names implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            for (String name : Scenarios.names()) {
                out.println("%-16s %s"
                        .formatted(name, Scenarios.load(name, List.of()).description()));
            }
            return ExitCode.OK;
        }
    }

    /// Shows one.
    @Command(name = "show", mixinStandardHelpOptions = true, description = "Print the effective scenario as YAML.")
    static final class Show implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ScenarioOptions scenarioOptions = new ScenarioOptions();

        @Override
        public Integer call() {
            spec.commandLine().getOut().print(scenarioOptions.show());
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
    }
}
