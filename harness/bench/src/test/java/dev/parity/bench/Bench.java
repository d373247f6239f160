package dev.parity.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The benchmarks' entry: `./parity bench`.
@Command(
        name = "bench",
        description = "Measures the CPU engine and the importers; see docs/performance.md.",
        mixinStandardHelpOptions = true,
        subcommands = {
            TrainCommand.class,
            TrainOnce.class,
            EngineCommand.class,
            ModelsCommand.class,
            LogsCommand.class,
            LogsOnce.class
        })
final class Bench implements Runnable {
    private Bench() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /// Runs a benchmark.
    ///
    /// @param arguments of the command line
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
