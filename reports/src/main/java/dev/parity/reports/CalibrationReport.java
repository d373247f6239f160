package dev.parity.reports;

import dev.parity.reports.internal.CalibrationPage;
import dev.parity.reports.internal.Pages;
import dev.parity.reports.internal.ReportPage;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Verdict;
import dev.parity.statistics.calibration.Calibration;
import dev.parity.statistics.calibration.Rate;
import dev.parity.statistics.calibration.Subject;
import dev.parity.statistics.calibration.Trial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A calibration as a page, as Markdown and as JSON.
public final class CalibrationReport {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// Gates and headlines that a row names.
    private static final int NAMED = 4;

    private static final String NONE = "none";

    private CalibrationReport() {}

    /// Writes `calibration.html`, `calibration.md` and `calibration.json`.
    ///
    /// @param folder made if absent
    /// @param command what was run
    /// @param machine where
    /// @param found all trials
    /// @return the page
    /// @throws UncheckedIOException if one cannot be written
    public static Path write(Path folder, String command, String machine, Calibration found) {
        CalibrationPage page = page(command, machine, found);
        Path html = folder.resolve("calibration.html");
        try {
            Files.createDirectories(folder);
            Files.writeString(html, Printable.of(Pages.of("calibration.jte", page)));
            Files.writeString(folder.resolve("calibration.md"), CalibrationMarkdown.of(page));
            Files.writeString(folder.resolve("calibration.json"), MAPPER.writeValueAsString(found));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the calibration into " + folder, problem);
        }
        return html;
    }

    private static CalibrationPage page(String command, String machine, Calibration found) {
        Calibration clean = found.part(true);
        Calibration faults = found.part(false);
        return new CalibrationPage(
                command,
                machine,
                "%.1f".formatted(found.medianSeconds()),
                text(clean.right()),
                text(clean.failed()),
                text(faults.right()),
                text(faults.namedTheCause()),
                rows(found.bySubject(true)),
                rows(found.bySubject(false)),
                found.gates().stream()
                        .map(gate ->
                                new CalibrationPage.Gate(gate, text(clean.failed(gate)), text(faults.failed(gate))))
                        .toList(),
                strengths(found.bySubject(false)),
                misses(found));
    }

    private static List<CalibrationPage.Row> rows(Map<Subject, Calibration> subjects) {
        return subjects.entrySet().stream()
                .map(each -> row(each.getKey(), each.getValue()))
                .toList();
    }

    private static CalibrationPage.Row row(Subject subject, Calibration trials) {
        return new CalibrationPage.Row(
                subject.name(),
                subject.scenario(),
                String.join(", ", subject.overrides()),
                text(trials.right()),
                trials.right().times() < trials.right().of(),
                counted(trials, trial -> trial.verdict().label()),
                String.join(", ", subject.suspects()),
                trials.namedTheCause().toString(),
                counted(trials, trial -> trial.suspect().orElse(NONE)),
                failing(trials),
                "%.1f".formatted(trials.medianSeconds()));
    }

    /// Names the gates that failed most often.
    private static String failing(Calibration trials) {
        return trials.gates().stream()
                .filter(gate -> trials.failed(gate).times() > 0)
                .sorted(Comparator.comparingInt(
                                (String gate) -> trials.failed(gate).times())
                        .reversed())
                .limit(NAMED)
                .map(gate -> "%s %s".formatted(gate, trials.failed(gate)))
                .collect(Collectors.joining(", "));
    }

    private static String counted(Calibration trials, Function<Trial, String> value) {
        Map<String, Long> counts =
                trials.trials().stream().collect(Collectors.groupingBy(value, TreeMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> "%s %d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    /// Finds, of faults that were planted in several strengths, the weakest from which on all are found 95 % of
    /// the time.
    private static List<CalibrationPage.Strength> strengths(Map<Subject, Calibration> faults) {
        Map<String, List<Map.Entry<Subject, Calibration>>> byFault = faults.entrySet().stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.getKey().name().split("=", 2)[0], LinkedHashMap::new, Collectors.toList()));
        List<CalibrationPage.Strength> rows = new ArrayList<>();
        byFault.forEach((fault, entries) -> {
            if (entries.size() > 1) {
                rows.add(new CalibrationPage.Strength(
                        fault,
                        entries.stream()
                                .takeWhile(entry -> entry.getValue().right().share() >= 0.95)
                                .reduce((_, last) -> last)
                                .map(entry -> entry.getKey().name().substring(fault.length() + 1))
                                .orElse(NONE),
                        entries.stream()
                                .map(entry -> "%s: %s"
                                        .formatted(
                                                entry.getKey().name().substring(fault.length() + 1),
                                                entry.getValue().right()))
                                .collect(Collectors.joining(", "))));
            }
        });
        return rows;
    }

    /// Shows what wrong answers said, and failures that were put down to something else.
    private static List<CalibrationPage.Miss> misses(Calibration found) {
        return found.trials().stream()
                .filter(CalibrationReport::isMiss)
                .map(trial -> new CalibrationPage.Miss(
                        trial.subject().name(),
                        trial.number(),
                        ReportPage.Tag.of(trial.verdict()),
                        trial.suspect().orElse(NONE),
                        trial.headline()))
                .toList();
    }

    private static boolean isMiss(Trial trial) {
        boolean misnamed = trial.verdict() == Verdict.FAIL && !trial.subject().isClean() && !trial.namesTheCause();
        return !trial.isRight() || misnamed;
    }

    private static String text(Rate rate) {
        Interval interval = rate.interval();
        return rate.of() == 0
                ? NONE
                : "%s (%.1f %%, 95 %%: %.1f to %.1f)"
                        .formatted(rate, 100 * rate.share(), 100 * interval.low(), 100 * interval.high());
    }
}
