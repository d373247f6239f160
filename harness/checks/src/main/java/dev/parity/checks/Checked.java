package dev.parity.checks;

import dev.parity.reports.GateText;
import dev.parity.reports.Printable;
import dev.parity.reports.ReportFolder;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.ParityResult;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A check that was made.
///
/// @param result the answer
/// @param report its `report.html`
/// @param command how to ask again, a line for a shell
public record Checked(ParityResult result, Path report, String command) {
    /// Gets the answer of a check and writes its report.
    static Checked of(Check check, Path folder, Supplier<ParityResult> result) {
        ReportFolder.Report report =
                ReportFolder.write(folder, check.title(), check.command(), InstantSource.system(), result);
        return new Checked(report.result(), report.file(), check.command());
    }

    /// Says what came out, so that nothing else need be read.
    ///
    /// @return the verdict with its headline, the gates that decided with their values and margins, the report, and
    ///     how to ask again
    public String text() {
        String gates = result.evidence().stream()
                .filter(each -> each.verdict() == result.verdict())
                .map(each -> "\n" + GateText.of(each))
                .collect(Collectors.joining());
        return "%s: %s".formatted(result.verdict().label(), Printable.line(result.headline())) + gates + tail();
    }

    /// Says what a gate found, so that nothing else need be read.
    ///
    /// @param evidence of the gate
    /// @return verdict, values, margin, the report, and how to ask again
    public String text(Evidence evidence) {
        return GateText.of(evidence) + tail();
    }

    private String tail() {
        return "\nreport: %s\nagain: %s".formatted(report, Printable.line(command));
    }
}
