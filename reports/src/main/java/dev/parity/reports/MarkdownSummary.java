package dev.parity.reports;

import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Suspicion;
import dev.parity.statistics.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A result as a summary in GitHub Flavored Markdown: verdict, gates, first suspect, and how to ask again.
///
/// GitHub takes no summary of more than 1 MiB, so rows that do not fit are left out and counted, the best ones first.
public final class MarkdownSummary {
    /// Most bytes of a summary, in UTF-8.
    public static final int LIMIT = 1 << 20;

    /// Longest text that is shown whole, in characters, but for the command.
    private static final int LONGEST = 2_000;

    private static final int LONGEST_COMMAND = 100_000;

    /// Sentences that speak for the suspect.
    private static final int MOST_EVIDENCE = 10;

    private static final String MARKS = "\\`*_{}[]|~$#";

    private MarkdownSummary() {}

    /// Writes the summary.
    ///
    /// @param report what was judged
    /// @param file that will hold the text, from which the report is linked
    /// @return the file's text, of at most [#LIMIT] bytes
    public static String of(ReportFolder.Report report, Path file) {
        ParityResult result = report.result();
        String head = """
                ## %s: %s

                %s

                | verdict | gate | estimate | margin | finding |
                |---|---|---|---|---|
                """.formatted(result.verdict().label(), text(report.title()), text(result.headline()));
        String tail = tail(report, file);
        List<String> rows = rows(result);
        StringBuilder shown = new StringBuilder(head);
        int room = LIMIT - size(head) - size(tail) - size(left(rows.size()));
        int count = 0;
        while (count < rows.size() && size(rows.get(count)) <= room) {
            room -= size(rows.get(count));
            shown.append(rows.get(count));
            count++;
        }
        if (count < rows.size()) {
            shown.append(left(rows.size() - count));
        }
        return shown.append(tail).toString();
    }

    private static int size(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String left(int rows) {
        return "\n%d rows more are left out here, see the report.\n".formatted(rows);
    }

    /// A row for each gate, and one for each of its parts that does not pass; what failed comes first.
    private static List<String> rows(ParityResult result) {
        return result.evidence().stream()
                .sorted(Comparator.comparing(Evidence::verdict).reversed())
                .flatMap(MarkdownSummary::rows)
                .toList();
    }

    private static Stream<String> rows(Evidence evidence) {
        String[] numbers = evidence.statistical()
                .map(found -> new String[] {
                    found.unit().text(found.estimate().value()), found.unit().text(found.margin())
                })
                .orElse(new String[] {"", ""});
        Stream<String> whole =
                Stream.of(row(evidence.verdict(), evidence.gate(), numbers[0], numbers[1], evidence.sentence()));
        return evidence instanceof Evidence.Parts found
                ? Stream.concat(whole, found.parts().stream().flatMap(part -> row(found.whole(), part)))
                : whole;
    }

    private static Stream<String> row(Evidence.Equivalence whole, Evidence.Part part) {
        return part.verdict() == Verdict.PASS || part.verdict() == Verdict.NOT_JUDGED
                ? Stream.of()
                : Stream.of(row(
                        part.verdict(),
                        "%s: %s".formatted(whole.gate(), part.name()),
                        whole.unit().text(part.difference()),
                        whole.unit().text(whole.margin()),
                        "reference %.4g, candidate %.4g".formatted(part.reference(), part.candidate())));
    }

    private static String row(Verdict verdict, String gate, String estimate, String margin, String finding) {
        String label = verdict == Verdict.PASS || verdict == Verdict.NOT_JUDGED
                ? verdict.label()
                : "**%s**".formatted(verdict.label());
        return "| %s | %s | %s | %s | %s |\n".formatted(label, text(gate), text(estimate), text(margin), text(finding));
    }

    private static String tail(ReportFolder.Report report, Path file) {
        List<String> lines = new ArrayList<>();
        for (Suspicion first : report.result().suspects().stream().limit(1).toList()) {
            lines.add("**First suspect: %s** (weight %.0f of 100)"
                    .formatted(first.suspect().label(), first.weight()));
            first.evidence().stream().limit(MOST_EVIDENCE).forEach(sentence -> lines.add("- " + text(sentence)));
            lines.add("");
            lines.add("Next:");
            lines.add(code(first.next()));
        }
        lines.add("To make this again:");
        lines.add(code(report.command()));
        lines.add("[Report](%s)".formatted(Links.url(report.file(), file)));
        return "\n" + String.join("\n", lines) + "\n";
    }

    /// Escapes what Markdown or HTML would read in it; cuts what is long.
    private static String text(String words) {
        String line = Printable.line(words);
        StringBuilder out = new StringBuilder();
        line.codePoints().limit(LONGEST).forEach(point -> {
            switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                default -> out.append(MARKS.indexOf(point) < 0 ? "" : "\\").appendCodePoint(point);
            }
        });
        return out + (line.codePointCount(0, line.length()) > LONGEST ? "…" : "");
    }

    /// Fences a command by more backticks than it holds.
    private static String code(String command) {
        String line = Printable.line(command);
        if (line.length() > LONGEST_COMMAND) {
            return "\nThe command has %d characters: see the report.\n".formatted(line.length());
        }
        String fence = "```";
        while (line.contains(fence)) {
            fence += "`";
        }
        return "\n%s\n%s\n%s\n".formatted(fence, line, fence);
    }
}
