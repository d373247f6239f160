package dev.parity.cli;

import dev.parity.reports.HtmlReport;
import dev.parity.reports.JunitXml;
import dev.parity.reports.ResultJson;
import dev.parity.statistics.Comparability;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/// How commands show a result, and what they let pass.
final class ResultOptions {
    @Option(names = "--json", description = "print the result as JSON")
    boolean json;

    @Option(
            names = "--waive",
            paramLabel = "KEY[=REASON]",
            description =
                    "let a comparability key differ ('unknown': all keys known on one side only); may be repeated")
    private List<String> waivers = new ArrayList<>();

    Map<String, String> waivers() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String waiver : waivers) {
            int at = waiver.indexOf('=');
            reasons.put(
                    at < 0 ? waiver : waiver.substring(0, at), at < 0 ? "no reason given" : waiver.substring(at + 1));
        }
        Comparability.checkWaivers(reasons.keySet());
        return reasons;
    }

    /// Writes the report files, prints the summary, and returns the exit code.
    int show(CommandLine command, String title, ParityResult result, Path folder) {
        String line = "parity "
                + String.join(" ", command.getParent().getParseResult().originalArgs());
        PrintWriter out = command.getOut();
        String text = ResultJson.of(result);
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("report.html"), HtmlReport.of(title, line, result));
            Files.writeString(folder.resolve("result.json"), text);
            Files.writeString(folder.resolve("junit.xml"), JunitXml.of(title, result));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the report into " + folder, problem);
        }
        if (json) {
            out.print(text);
        } else {
            summary(out, result);
            out.println("report: " + folder.resolve("report.html"));
        }
        out.flush();
        return ExitCode.of(result.verdict());
    }

    private static void summary(PrintWriter out, ParityResult result) {
        for (Evidence evidence : result.evidence()) {
            out.println("%s  %-18s %s"
                    .formatted(colored(evidence.verdict(), "%-12s"), evidence.gate(), evidence.sentence()));
        }
        out.println();
        out.println("%s  %s".formatted(colored(result.verdict(), "%s"), result.headline()));
    }

    /// Colours only a terminal.
    private static String colored(Verdict verdict, String format) {
        String style = switch (verdict) {
            case PASS -> "green";
            case WARN -> "yellow";
            case FAIL -> "red";
            case INVALID, INCONCLUSIVE -> "magenta";
            case NOT_JUDGED -> "faint";
        };
        return Ansi.AUTO.string("@|%s,bold %s|@".formatted(style, format.formatted(verdict.label())));
    }
}
