package dev.parity.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Asks the device models.
@Command(
        name = "model",
        mixinStandardHelpOptions = true,
        description = "Ask a device model for dot products: to check it against the device, and for their errors.",
        subcommands = {ModelDotCommand.class, ModelProbeCommand.class, ModelErrorCommand.class})
final class ModelCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command of model, dot, probe or error");
    }
}
