package dev.parity.cli;

import dev.parity.spi.Availability;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// Lists backends.
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        description = "List the backends: what each one is, what it assumes, and what is missing.")
final class DevicesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    private record Row(
            String id, boolean available, List<String> devices, String reason, String description, String mode) {
        static Row of(BackendProvider provider) {
            return switch (provider.availability()) {
                case Availability.Available(List<String> devices) ->
                    new Row(provider.id(), true, devices, "", provider.description(), mode(provider));
                case Availability.Unavailable(String reason) ->
                    new Row(provider.id(), false, List.of(), reason, provider.description(), mode(provider));
            };
        }

        private static String mode(BackendProvider provider) {
            return provider.defaultMode().toString();
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Row> rows = Backends.all().stream().map(Row::of).toList();
        if (json) {
            out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(rows));
        } else {
            for (Row row : rows) {
                out.println("%-14s %s".formatted(row.id, row.available ? "available" : "not available: " + row.reason));
                out.println("               %s".formatted(row.description));
                out.println("               mode: %s".formatted(row.mode));
                row.devices.forEach(device -> out.println("               device: %s".formatted(device)));
            }
        }
        out.flush();
        return ExitCode.OK;
    }
}
