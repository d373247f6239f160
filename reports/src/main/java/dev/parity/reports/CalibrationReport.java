package dev.parity.reports;

import dev.parity.reports.internal.Template;
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
        Map<String, Object> page = page(command, machine, found);
        Path html = folder.resolve("calibration.html");
        try {
            Files.createDirectories(folder);
            Files.writeString(html, Template.html("calibration.mustache", page));
            Files.writeString(folder.resolve("calibration.md"), Template.plain("calibration.md.mustache", page));
            Files.writeString(folder.resolve("calibration.json"), MAPPER.writeValueAsString(found));
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot write the calibration into " + folder, problem);
        }
        return html;
    }

    private static Map<String, Object> page(String command, String machine, Calibration found) {
        Calibration clean = found.part(true);
        Calibration faults = found.part(false);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("command", command);
        page.put("machine", machine);
        page.put("clean", rows(found.bySubject(true)));
        page.put("faults", rows(found.bySubject(false)));
        page.put("cleanRight", text(clean.right()));
        page.put("falseAlarms", text(clean.failed()));
        page.put("detected", text(faults.right()));
        page.put("cause", text(faults.namedTheCause()));
        page.put("seconds", "%.1f".formatted(found.medianSeconds()));
        page.put(
                "gates",
                found.gates().stream().map(gate -> gate(gate, clean, faults)).toList());
        page.put("strengths", strengths(found.bySubject(false)));
        page.put("misses", misses(found));
        return page;
    }

    private static List<Map<String, Object>> rows(Map<Subject, Calibration> subjects) {
        List<Map<String, Object>> rows = new ArrayList<>();
        subjects.forEach((subject, trials) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", subject.name());
            row.put("scenario", subject.scenario());
            row.put("overrides", String.join(", ", subject.overrides()));
            row.put("right", text(trials.right()));
            row.put("failed", trials.failed().toString());
            row.put("missed", trials.right().times() < trials.right().of());
            row.put("verdicts", counted(trials, trial -> trial.verdict().label()));
            row.put("suspects", String.join(", ", subject.suspects()));
            row.put("cause", trials.namedTheCause().toString());
            row.put("named", counted(trials, trial -> trial.suspect().orElse("none")));
            row.put("gates", failing(trials));
            row.put("seconds", "%.1f".formatted(trials.medianSeconds()));
            rows.add(row);
        });
        return rows;
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

    private static Map<String, Object> gate(String gate, Calibration clean, Calibration faults) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", gate);
        row.put("falseAlarms", text(clean.failed(gate)));
        row.put("detected", text(faults.failed(gate)));
        return row;
    }

    /// Finds, of faults that were planted in several strengths, the weakest from which on all are found 95 % of
    /// the time.
    private static List<Map<String, Object>> strengths(Map<Subject, Calibration> faults) {
        Map<String, List<Map.Entry<Subject, Calibration>>> byFault = faults.entrySet().stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.getKey().name().split("=", 2)[0], LinkedHashMap::new, Collectors.toList()));
        List<Map<String, Object>> rows = new ArrayList<>();
        byFault.forEach((fault, entries) -> {
            if (entries.size() > 1) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", fault);
                row.put(
                        "strengths",
                        entries.stream()
                                .map(entry -> "%s: %s"
                                        .formatted(
                                                entry.getKey().name().substring(fault.length() + 1),
                                                entry.getValue().right()))
                                .collect(Collectors.joining(", ")));
                row.put(
                        "weakest",
                        entries.stream()
                                .takeWhile(entry -> entry.getValue().right().share() >= 0.95)
                                .reduce((_, last) -> last)
                                .map(entry -> entry.getKey().name().substring(fault.length() + 1))
                                .orElse("none"));
                rows.add(row);
            }
        });
        return rows;
    }

    /// Shows what wrong answers said, and failures that were put down to something else.
    private static List<Map<String, Object>> misses(Calibration found) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Trial trial : found.trials()) {
            boolean misnamed =
                    trial.verdict() == Verdict.FAIL && !trial.subject().isClean() && !trial.namesTheCause();
            if (!trial.isRight() || misnamed) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", trial.subject().name());
                row.put("number", trial.number());
                row.put("verdict", trial.verdict().label());
                row.put("suspect", trial.suspect().orElse("none"));
                row.put("headline", trial.headline());
                rows.add(row);
            }
        }
        return rows;
    }

    private static String text(Rate rate) {
        Interval interval = rate.interval();
        return rate.of() == 0
                ? "none"
                : "%s (%.1f %%, 95 %%: %.1f to %.1f)"
                        .formatted(rate, 100 * rate.share(), 100 * interval.low(), 100 * interval.high());
    }
}
