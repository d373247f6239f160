package dev.parity.reports;

import dev.parity.statistics.Suspicion;
import dev.parity.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;

/// What to do about a verdict, as text.
final class Advice {
    private Advice() {}

    /// Writes the next step, where the report is, and how to ask again.
    ///
    /// @param report what was judged
    /// @param verdict of a gate or of the whole
    /// @return lines of visible characters
    static String of(ReportFolder.Report report, Verdict verdict) {
        List<String> lines = new ArrayList<>();
        switch (verdict) {
            case FAIL -> report.result().suspects().stream().findFirst().ifPresent(first -> suspect(first, lines));
            case INVALID ->
                lines.add(
                        "next: set both sides alike, or let a key differ by --waive KEY=REASON, which the report shows");
            case INCONCLUSIVE ->
                lines.add("next: give it more seeds or steps, or a wider margin by --set margins.KEY=VALUE");
            case PASS, WARN, NOT_JUDGED -> {}
        }
        lines.add("report: " + report.file());
        lines.add("again: " + report.command());
        return String.join("\n", lines.stream().map(Printable::line).toList());
    }

    private static void suspect(Suspicion first, List<String> lines) {
        lines.add("first suspect: " + first.suspect().label());
        lines.add("next: " + first.next());
        if (!first.lockstep().isEmpty()) {
            lines.add("Op by Op: " + first.lockstep());
        }
    }
}
