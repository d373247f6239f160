package dev.parity.cli;

import dev.parity.reports.Printable;
import dev.parity.reports.ResultJson;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Says where a difference may begin.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Print where the difference of a failed comparison may begin: suspects in order, what speaks for each, and the",
            "command that tells more."
        },
        footer = {"", "Examples:", "  parity explain runs/moe-cifar", "  parity explain runs/compare/result.json"})
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "RESULT", description = "result.json of a comparison, or its folder")
    private Path place = Path.of("");

    @Override
    public Integer call() {
        Path file = Files.isDirectory(place) ? place.resolve("result.json") : place;
        ResultJson.Explained result = ResultJson.read(file);
        PrintWriter out = spec.commandLine().getOut();
        out.println("%s  %s".formatted(Printable.line(result.verdict()), Printable.line(result.headline())));
        int place = 0;
        for (ResultJson.Suspected each : result.suspects()) {
            place++;
            out.println();
            out.println("%d. %s (weight %.0f)".formatted(place, Printable.line(each.suspect()), each.weight()));
            each.evidence().forEach(sentence -> out.println("   " + Printable.line(sentence)));
            out.println("   next: " + Printable.line(each.next()));
            String lockstep = each.lockstep();
            if (lockstep != null && !lockstep.isEmpty()) {
                out.println("   Op by Op: " + Printable.line(lockstep));
            }
        }
        if (result.suspects().isEmpty()) {
            out.println("no suspect: only a FAIL has any");
        }
        out.flush();
        return ExitCode.OK;
    }
}
