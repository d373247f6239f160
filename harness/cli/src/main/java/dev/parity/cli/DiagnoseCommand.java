package dev.parity.cli;

import dev.parity.spi.Quirk;
import dev.parity.spi.QuirkCatalogue;
import dev.parity.trace.LogSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Looks for known quirks in logs.
@Command(
        name = "diagnose",
        mixinStandardHelpOptions = true,
        description =
                "Look for known quirks of devices in logs of failed runs: what it is, why, what to do, and who says so."
                        + " Logs may be cut, compressed, of any length, and of several ranks mixed line by line.",
        footer = {
            "",
            "Exit code 0 whether something was found or not, 2 if a log cannot be read.",
            "",
            "Example:",
            "  parity diagnose train.log worker-1.log.gz"
        })
final class DiagnoseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "LOG", description = "plain, gzip or Zstandard")
    private List<Path> logs = List.of();

    @Option(names = "--json", description = "print as JSON")
    private boolean json;

    @Override
    public Integer call() {
        Diagnosis diagnosis = new Diagnosis(QuirkCatalogue.all());
        List<String> gaps = new ArrayList<>();
        for (Path log : logs) {
            try (LogSource source = LogSource.open(log)) {
                for (Optional<LogSource.Line> line = source.next(); line.isPresent(); line = source.next()) {
                    diagnosis.read(log, line.get());
                }
                gaps.addAll(source.gaps());
            }
        }
        Diagnosis.Report report = diagnosis.report();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Output.json(tree(report, gaps), out);
        } else {
            print(report, gaps, out);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void print(Diagnosis.Report report, List<String> gaps, PrintWriter out) {
        report.findings().forEach(finding -> print(finding, out));
        if (!report.errors().isEmpty()) {
            out.println("Not explained:");
            report.errors()
                    .forEach(error ->
                            out.println("  %s  %s%s".formatted(error.place(), error.text(), times(error.lines()))));
            out.println();
        }
        if (!report.codes().isEmpty()) {
            out.println("Error codes:");
            report.codes()
                    .forEach(code -> out.println("  %s  %s: %s%s"
                            .formatted(code.place(), code.text(), code.meaning(), times(code.lines()))));
            out.println();
        }
        gaps.forEach(gap -> out.println("Gap: " + gap));
        out.println("%d lines, %d known quirks, %d errors that are not explained"
                .formatted(
                        report.lines(),
                        report.findings().size(),
                        report.errors().size()));
    }

    private static String times(long lines) {
        return lines == 1 ? "" : " (in %d lines)".formatted(lines);
    }

    private static void print(Diagnosis.Finding finding, PrintWriter out) {
        Quirk quirk = finding.quirk();
        long more = finding.lines() - finding.places().size();
        out.println("%s: %s (%s)".formatted(quirk.id(), quirk.title(), lower(finding.certainty())));
        line(out, "lines", String.join(", ", finding.places()) + (more == 0 ? "" : " and %d more".formatted(more)));
        if (!finding.ranks().isEmpty()) {
            line(out, "ranks", String.join(", ", finding.ranks()));
        }
        line(out, "cause", quirk.cause() + (quirk.certain() ? "" : " (uncertain)"));
        line(out, "workaround", quirk.workaround());
        line(out, "affects", "%s; %s".formatted(String.join(", ", quirk.products()), quirk.versions()));
        line(out, "here", home(quirk));
        line(out, "source", quirk.source());
        out.println();
    }

    private static void line(PrintWriter out, String subject, String text) {
        out.println("  %-10s  %s".formatted(subject, text));
    }

    private static String home(Quirk quirk) {
        return switch (quirk.home()) {
            case Quirk.Home.Reproduced model -> "reproduced with --set " + String.join(" --set ", model.settings());
            case Quirk.Home.Planted(String fault) -> "planted by --fault " + fault;
            case Quirk.Home.OnFakeDevice fake -> "shown on a fake device by " + fake.test();
            case Quirk.Home.DiagnoseOnly only -> "diagnose only: " + only.reason();
        };
    }

    private static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> tree(Diagnosis.Report report, List<String> gaps) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("lines", report.lines());
        tree.put(
                "findings",
                report.findings().stream().map(DiagnoseCommand::tree).toList());
        tree.put("errors", report.errors());
        tree.put("codes", report.codes());
        tree.put("gaps", gaps);
        return tree;
    }

    private static Map<String, Object> tree(Diagnosis.Finding finding) {
        Quirk quirk = finding.quirk();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("quirk", quirk.id());
        tree.put("title", quirk.title());
        tree.put("certainty", lower(finding.certainty()));
        tree.put("places", finding.places());
        tree.put("lines", finding.lines());
        tree.put("ranks", finding.ranks());
        tree.put("where", lower(quirk.place()));
        tree.put("products", quirk.products());
        tree.put("versions", quirk.versions());
        tree.put("cause", quirk.cause());
        tree.put("causeIsCertain", quirk.certain());
        tree.put("workaround", quirk.workaround());
        tree.put("off", quirk.off());
        tree.put("here", home(quirk));
        tree.put("source", quirk.source());
        return tree;
    }
}
