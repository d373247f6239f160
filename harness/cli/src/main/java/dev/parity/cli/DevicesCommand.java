package dev.parity.cli;

import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Lists backends.
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        description =
                "List the backends, variants under their family, or show one: what it computes, what is assumed of it.",
        footer = {"", "Example:", "  parity devices ascend-model:910b:cube-tree"})
final class DevicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "ID", description = "of a backend (all of them, a line each)")
    private Optional<String> id = Optional.empty();

    @Option(names = "--json", description = "print as JSON, each with its whole mode")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<DeviceRow> rows = id.map(wanted -> List.of(DeviceRow.of(provider(wanted))))
                .orElseGet(() -> Backends.all().stream().map(DeviceRow::of).toList());
        if (json) {
            Output.json(rows, out);
        } else if (id.isPresent()) {
            show(rows.getFirst(), out);
        } else {
            list(rows, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private BackendProvider provider(String wanted) {
        try {
            return Backends.provider(wanted);
        } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage(), unknown);
        }
    }

    private static void list(List<DeviceRow> rows, PrintWriter out) {
        Map<String, List<DeviceRow>> families = rows.stream()
                .collect(Collectors.groupingBy(DeviceRow::family, LinkedHashMap::new, Collectors.toList()));
        int width = rows.stream().mapToInt(row -> row.id().length()).max().orElse(0);
        families.forEach((family, members) -> {
            boolean alone = members.size() == 1;
            if (!alone) {
                out.println(family);
            }
            for (DeviceRow row : members) {
                String blanks = " ".repeat(width - row.id().length() + (alone ? 2 : 0));
                out.println((alone ? "" : "  ") + row.id() + blanks + "  " + row.line());
            }
        });
        out.println();
        out.println("More of one: parity devices ID");
    }

    private static void show(DeviceRow row, PrintWriter out) {
        SequencedMap<String, String> lines = new LinkedHashMap<>();
        lines.put("device", row.device());
        lines.put("available", row.available() ? "yes, on " + String.join(", ", row.devices()) : "no: " + row.reason());
        lines.putAll(row.computes());
        lines.put("assumed", row.assumed().isEmpty() ? "nothing" : row.assumed());
        out.println(row.id());
        lines.forEach((subject, text) -> out.println("  %-22s  %s".formatted(subject, text)));
        if (row.available()) {
            out.println("  mode, each a setting of a side of a scenario:");
        }
        row.mode().forEach((field, value) -> out.println("    mode.%s=%s".formatted(field, value)));
    }
}
