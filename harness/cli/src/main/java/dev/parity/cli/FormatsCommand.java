package dev.parity.cli;

import dev.parity.trace.LogImporter;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists formats of logs.
@Command(
        name = "formats",
        mixinStandardHelpOptions = true,
        description = "List the formats of logs that compare and import read: what is read, and a line of each.")
final class FormatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    private record Row(String format, String contents, String example, boolean columns) {
        static Row of(LogImporter importer) {
            return new Row(importer.format(), importer.contents(), importer.example(), importer.hasColumns());
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Row> rows = LogImporter.all().stream().map(Row::of).toList();
        if (json) {
            Output.json(rows, out);
        } else {
            for (Row row : rows) {
                out.println("%-18s  %s".formatted(row.format, row.contents));
                out.println("%-18s  %s".formatted("", row.example));
            }
        }
        out.flush();
        return ExitCode.OK;
    }
}
