package dev.parity.cli;

import dev.parity.spi.Fault;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// Lists faults.
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = "List the faults that --fault plants: what each one does, and how strong it can be.")
final class FaultsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    private record Row(String id, String description, String preset, Fault.Strengths strengths) {
        static Row of(Fault fault) {
            String preset = Fault.choose(fault.id()).toString();
            return new Row(fault.id(), fault.description(), preset, fault.strengths());
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Row> rows = Fault.all().stream().map(Row::of).toList();
        if (json) {
            out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
        } else {
            for (Row row : rows) {
                out.println("%-22s  %s".formatted(row.id, row.description));
                out.println("%-22s  strength: %s; without one: %s".formatted("", row.strengths, row.preset));
            }
        }
        out.flush();
        return ExitCode.OK;
    }
}
