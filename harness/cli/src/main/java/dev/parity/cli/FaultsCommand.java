package dev.parity.cli;

import dev.parity.spi.Fault;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists faults.
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description =
                "List the faults that --fault plants: what each one does, how strong it can be, what it can rightly be"
                        + " put down to, and the settings that both sides need for it to show.")
final class FaultsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    private static void print(Fault.About about, PrintWriter out) {
        out.println("%-28s  %s".formatted(about.id(), about.description()));
        String preset = Fault.choose(about.id()).toString();
        out.println("%-28s  strength: %s; without one: %s".formatted("", about.strengths(), preset));
        out.println("%-28s  suspects: %s".formatted("", String.join(", ", about.suspects())));
        if (!about.setup().isEmpty()) {
            out.println("%-28s  needs: --set %s".formatted("", String.join(" --set ", about.overrides())));
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Fault.About> faults = Fault.all().stream().map(Fault::about).toList();
        if (json) {
            Output.json(faults, out);
        } else {
            faults.forEach(about -> print(about, out));
        }
        out.flush();
        return ExitCode.OK;
    }
}
