package dev.parity.cli;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The program.
@Command(
        name = "parity",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Are the GPU run and the NPU run the same training?",
        subcommands = {
            RunCommand.class,
            RecordCommand.class,
            CompareCommand.class,
            ExplainCommand.class,
            ReportCommand.class,
            LockstepCommand.class,
            CalibrateCommand.class,
            BaselineCommand.class,
            GateCommand.class,
            ImportCommand.class,
            FormatsCommand.class,
            FaultsCommand.class,
            DevicesCommand.class,
            DiagnoseCommand.class,
            DoctorCommand.class,
            ModelCommand.class,
            DataCommand.class,
            ScenariosCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  parity run moe-cifar                        train both sides, compare, write a report",
            "  parity compare gpu.log npu.log              judge two logs or recorded traces",
            "  parity import gpu/metrics.csv -o gpu.jsonl.gz    read a log of another program, keep it as a trace",
            "  parity record moe-cifar --side reference    record one side, to be judged elsewhere",
            "",
            "From a checkout, ./parity has two commands more:",
            "  ./parity test [MAVEN OPTIONS]               runs all tests",
            "  ./parity bench train | engine               measures the engine, beside libtorch",
            "",
            "Exit codes: 0 PASS or WARN, 1 FAIL, 2 wrong usage or unreadable input,",
            "            3 INVALID or INCONCLUSIVE, 4 a device or a run broke."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    /// Runs a command and ends the JVM with its exit code.
    ///
    /// @param arguments command and options
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // numbers look the same everywhere
        System.setProperty("java.awt.headless", "true");
        int code;
        try {
            code = new CommandLine(new Main())
                    .setOut(Terminal.OUT)
                    .setErr(Terminal.ERR)
                    .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF)) // colours would be escaped
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setExecutionExceptionHandler(new Failures())
                    .execute(Sides.divided(arguments));
        } catch (OutOfMemoryError problem) {
            // the JVM's own exit code for an error would read as FAIL
            Terminal.ERR.println(
                    "parity: not enough memory (" + problem.getMessage() + "): set JAVA_TOOL_OPTIONS=-Xmx…");
            code = ExitCode.BROKEN;
        } catch (Error problem) {
            problem.printStackTrace(Terminal.ERR);
            code = ExitCode.BROKEN;
        }
        Terminal.OUT.flush();
        Terminal.ERR.flush();
        System.exit(code);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }
}
