package dev.parity.cli;

import dev.parity.reports.LockstepTable;
import dev.parity.reports.MarkdownSummary;
import dev.parity.reports.OpenTestReport;
import dev.parity.reports.Printable;
import dev.parity.reports.ReportFolder;
import dev.parity.reports.ResultJson;
import dev.parity.runner.Baselines;
import dev.parity.runner.Judge;
import dev.parity.statistics.Alignment;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Profile;
import dev.parity.statistics.Verdict;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/// How commands show a result, and what they let pass.
final class ResultOptions {
    private static final int MOST_GAPS = 10;

    @Option(names = "--json", description = "print the result as JSON")
    boolean json;

    @Option(
            names = "--waive",
            paramLabel = "KEY[=REASON]",
            description =
                    "let a comparability key differ ('unknown': all keys known on one side only); may be repeated")
    private List<String> waivers = new ArrayList<>();

    @Option(
            names = "--require",
            paramLabel = "GATE",
            split = ",",
            description = "a gate that must be judged: if it is not, the verdict is INCONCLUSIVE; may be repeated")
    private Set<String> required = new LinkedHashSet<>();

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "judge by an approved baseline too; see 'parity baseline'")
    private @Nullable Path baseline;

    @Option(
            names = "--md",
            paramLabel = "FILE",
            description = "also write a summary in Markdown, of at most 1 MiB, such as $GITHUB_STEP_SUMMARY")
    private Optional<Path> markdown = Optional.empty();

    @Option(
            names = "--otr",
            paramLabel = "FILE",
            description = "also write the events of Open Test Reporting (XML) of the gates")
    private Optional<Path> events = Optional.empty();

    @Option(
            names = "--lockstep",
            paramLabel = "FILE",
            description = "show in the report what 'parity lockstep' found (lockstep.json, or its folder)")
    private Optional<Path> lockstep = Optional.empty();

    /// Prepares the judge; refuses what names no key or gate, and a baseline that cannot be read.
    Judge judge(Profile profile) {
        return new Judge(
                profile, reasons(), required, Optional.ofNullable(baseline).map(Baselines::read));
    }

    /// Prepares a judge that must have a baseline.
    ///
    /// @param usual its place if no other is given
    Judge judge(Profile profile, @Nullable Path usual) {
        Path place = baseline == null ? usual : baseline;
        if (place == null) {
            throw new IllegalArgumentException("a gate judges by a baseline: expected --baseline FILE");
        }
        return new Judge(profile, reasons(), required, Optional.of(Baselines.read(place)));
    }

    private Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String waiver : waivers) {
            int at = waiver.indexOf('=');
            reasons.put(
                    at < 0 ? waiver : waiver.substring(0, at), at < 0 ? "no reason given" : waiver.substring(at + 1));
        }
        return reasons;
    }

    /// Gets a result, writes its report files, prints the summary, and returns the exit code.
    int show(CommandLine command, String title, Path folder, Supplier<ParityResult> judging) {
        Optional<LockstepTable> ops = lockstep.map(LockstepTable::read);
        // no answer of an earlier command is left, as in the folder; a place that cannot be written is refused here
        markdown.ifPresent(file -> write(file, ""));
        events.ifPresent(file -> write(file, ""));
        ReportFolder.Report report =
                ReportFolder.write(folder, title, Sides.line(command), ops, InstantSource.system(), judging);
        ParityResult result = report.result();
        markdown.ifPresent(file -> write(file, MarkdownSummary.of(report, file)));
        events.ifPresent(file -> write(file, OpenTestReport.of(report, file)));
        if (json) {
            Terminal.OUT.print(ResultJson.of(result));
        } else {
            summary(result);
            Terminal.OUT.println("report: " + report.file());
        }
        Terminal.OUT.flush();
        return ExitCode.of(result.verdict());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write " + file, problem);
        }
    }

    private static void summary(ParityResult result) {
        for (Evidence evidence : result.evidence()) {
            verdict(evidence.verdict(), "%-12s");
            Terminal.OUT.println("  %-18s %s".formatted(evidence.gate(), Printable.line(evidence.sentence())));
        }
        Terminal.OUT.println();
        for (Alignment pair : result.pairs()) {
            pairing(result, pair);
            format("reference", pair.reference());
            format("candidate", pair.candidate());
            gaps("reference", pair.reference());
            gaps("candidate", pair.candidate());
        }
        verdict(result.verdict(), "%s");
        Terminal.OUT.println("  " + Printable.line(result.headline()));
        result.suspects().stream()
                .findFirst()
                .ifPresent(first -> Terminal.OUT.println("first suspect: %s ('parity explain' says why)"
                        .formatted(first.suspect().label())));
    }

    /// Says of several runs that do not know their seeds how they were paired.
    private static void pairing(ParityResult result, Alignment pair) {
        RunTrace reference = pair.reference();
        if (result.pairs().size() > 1 && !reference.provenance().comparability().containsKey(Provenance.SEED)) {
            Terminal.OUT.println(Printable.line(reference.notes().getFirst()));
        }
    }

    /// Says of a log which format it was found to have, or forced to.
    private static void format(String side, RunTrace run) {
        if (run.isLog()) {
            Terminal.OUT.println("%s: %s, read as %s"
                    .formatted(side, run.name(), run.provenance().source()));
        }
    }

    private static void gaps(String side, RunTrace run) {
        run.gaps().stream()
                .limit(MOST_GAPS)
                .forEach(gap -> Terminal.OUT.println("missing in the %s: %s".formatted(side, Printable.line(gap))));
        if (run.gaps().size() > MOST_GAPS) {
            Terminal.OUT.println("missing in the %s: %d more, see the report"
                    .formatted(side, run.gaps().size() - MOST_GAPS));
        }
    }

    /// Colours only a terminal.
    private static void verdict(Verdict verdict, String format) {
        String style = switch (verdict) {
            case PASS -> "green";
            case WARN -> "yellow";
            case FAIL -> "red";
            case INVALID, INCONCLUSIVE -> "magenta";
            case NOT_JUDGED -> "faint";
        };
        Terminal.OUT.raw(Ansi.AUTO.string("@|%s,bold %s|@".formatted(style, format.formatted(verdict.label()))));
    }
}
