package dev.parity.reports;

import dev.parity.reports.internal.CalibrationPage;
import java.util.List;

/// A calibration as Markdown.
final class CalibrationMarkdown {
    private final StringBuilder text = new StringBuilder();

    private CalibrationMarkdown() {}

    /// Writes the tables of a calibration.
    ///
    /// @param page what it shows
    /// @return the file's text
    static String of(CalibrationPage page) {
        CalibrationMarkdown made = new CalibrationMarkdown();
        made.line("# Calibration\n");
        made.line("Made by `%s` on %s. A trial took %s s (median). Intervals are Wilson's, 95 %%.\n"
                .formatted(page.command(), page.machine(), page.seconds()));
        made.head("equal runs: PASS or WARN", "equal runs: false alarms", "faults found", "first suspect right");
        made.row(page.right(), page.falseAlarms(), page.found(), page.cause());
        made.line("\n## Equal runs\n");
        made.head("pair", "PASS or WARN", "verdicts", "gates that failed");
        page.clean().forEach(row -> made.row(row.name(), row.right(), row.verdicts(), row.gates()));
        made.line("\n## Faults\n");
        made.head(
                "fault",
                "under",
                "found",
                "verdicts",
                "expected suspects",
                "first suspect right",
                "named first",
                "gates that failed most");
        page.faults()
                .forEach(row -> made.row(
                        row.name(),
                        row.overrides(),
                        row.right(),
                        row.verdicts(),
                        row.suspects(),
                        row.cause(),
                        row.named(),
                        row.gates()));
        made.line("");
        page.strengths()
                .forEach(each -> made.line("%s is found at least 95 %% of the time down to %s (%s)."
                        .formatted(each.name(), each.weakest(), each.rates())));
        made.line("\n## Gates\n");
        made.head("gate", "false alarms", "failed, of all faults");
        page.gates().forEach(gate -> made.row(gate.name(), gate.falseAlarms(), gate.found()));
        return made.text.toString();
    }

    private void head(String... names) {
        row(names);
        line("|" + "---|".repeat(names.length));
    }

    private void row(String... cells) {
        line("| %s |".formatted(String.join(" | ", List.of(cells))));
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
