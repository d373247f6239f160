package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.reports.ReportIndex;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes pages of results that are there.
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = "Make pages of results that are there.",
        subcommands = ReportCommand.Index.class)
final class ReportCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected index");
    }

    /// Makes a page of all results below a folder.
    @Command(
            name = "index",
            mixinStandardHelpOptions = true,
            description = {
                "Write one page over every result.json below a folder: a table of the reports, and how the gap of each gate",
                "went over them. Results stand in the order of the time they were recorded; those of logs come last, by path.",
                "A result.json that is none is named with the reason."
            },
            footer = {"", "Examples:", "  parity report index runs", "  parity report index nightly/ -o site/index.html"
            })
    static final class Index implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "DIR", description = "folder of results, searched with all folders in it")
        private Path folder = Path.of("");

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "the page (DIR/index.html)")
        private @Nullable Path output;

        @Override
        public Integer call() {
            Path file = output == null ? folder.resolve("index.html") : output;
            ReportIndex.Summary found = ReportIndex.write(folder, file);
            PrintWriter out = spec.commandLine().getOut();
            for (ReportIndex.Problem problem : found.problems()) {
                out.println(Printable.line("no result: %s: %s".formatted(problem.place(), problem.reason())));
            }
            out.println("index of %d results: %s".formatted(found.results(), Printable.line(file.toString())));
            out.flush();
            return ExitCode.OK;
        }
    }
}
