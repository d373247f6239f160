package dev.parity.reports;

import dev.parity.reports.internal.Charts;
import dev.parity.reports.internal.Template;
import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparability;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Interval;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Suspicion;
import dev.parity.statistics.Verdict;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/// One HTML file that opens offline: no script, no font, no image from elsewhere. The template escapes all
/// text.
public final class HtmlReport {
    private static final String TEMPLATE = "report.mustache";

    private HtmlReport() {}

    /// Writes a report.
    ///
    /// @param title heading, such as the scenario's name
    /// @param command what was run to get it
    /// @param result the answer
    /// @return the file's text
    public static String of(String title, String command, ParityResult result) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("title", title);
        page.put("command", command);
        page.put("verdict", result.verdict().label());
        page.put("verdictClass", css(result.verdict()));
        page.put("headline", result.headline());
        page.put("suspects", result.suspects().stream().map(HtmlReport::suspect).toList());
        page.put("hasSuspects", !result.suspects().isEmpty());
        page.put("pairs", result.pairs().size());
        page.put("gates", result.evidence().stream().map(HtmlReport::gate).toList());
        List<Evidence.Part> classes = result.evidence().stream()
                .flatMap(evidence -> evidence instanceof Evidence.Parts found ? found.parts().stream() : Stream.of())
                .toList();
        page.put("classes", classes.stream().map(HtmlReport::part).toList());
        page.put("hasClasses", !classes.isEmpty());
        page.put("lossChart", Charts.losses(result.pairs()));
        page.put("scaleChart", Charts.scales(result.pairs()));
        page.put("classChart", Charts.classes(classes));
        page.put("runs", runs(result.pairs()));
        page.put(
                "keys",
                result.comparability().keys().stream().map(HtmlReport::key).toList());
        page.put("context", context(result.pairs().getFirst()));
        page.put("gaps", remarks(result.pairs(), RunTrace::gaps));
        page.put("hasGaps", !remarks(result.pairs(), RunTrace::gaps).isEmpty());
        page.put("notes", remarks(result.pairs(), RunTrace::notes));
        return Printable.of(Template.html(TEMPLATE, page));
    }

    private static List<String> remarks(List<Alignment> pairs, Function<RunTrace, List<String>> of) {
        return pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .flatMap(run -> of.apply(run).stream())
                .toList();
    }

    private static String css(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> suspect(Suspicion found) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", found.suspect().label());
        row.put("weight", "%.0f".formatted(found.weight()));
        row.put("evidence", found.evidence());
        row.put("next", found.next());
        row.put("lockstep", found.lockstep());
        return row;
    }

    private static Map<String, Object> gate(Evidence evidence) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("gate", evidence.gate());
        row.put("verdict", evidence.verdict().label());
        row.put("verdictClass", css(evidence.verdict()));
        row.put("sentence", evidence.sentence());
        row.put(
                "numbers",
                switch (evidence) {
                    case Evidence.Rule _ -> List.of();
                    case Evidence.Equivalence found -> numbers(found);
                    case Evidence.Parts found -> numbers(found.whole());
                });
        row.put("origins", String.join("; ", evidence.origins()));
        return row;
    }

    private static Map<String, Object> numbers(Evidence.Equivalence found) {
        Map<String, Object> row = new LinkedHashMap<>();
        Estimate estimate = found.estimate();
        row.put("statistic", found.statistic());
        row.put("estimate", "%.4g".formatted(estimate.value()));
        row.put("interval", estimate.interval().equals(Interval.NONE) ? "" : interval(estimate.interval()));
        row.put("margin", number(found.margin()));
        row.put("n", estimate.n() == 0 ? "" : String.valueOf(estimate.n()));
        row.put("effectiveN", number(estimate.effectiveN()));
        row.put("p", number(estimate.p()));
        row.put("detectable", number(estimate.detectable()));
        return row;
    }

    private static Map<String, Object> part(Evidence.Part part) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", part.name());
        row.put("verdict", part.verdict().label());
        row.put("verdictClass", css(part.verdict()));
        row.put("reference", "%.1f".formatted(part.reference()));
        row.put("candidate", "%.1f".formatted(part.candidate()));
        row.put("difference", "%+.2f".formatted(part.difference()));
        row.put("interval", interval(part.interval()));
        row.put("p", "%.3g".formatted(part.p()));
        return row;
    }

    private static Map<String, Object> key(Comparability.Key key) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", key.name());
        row.put("reference", key.reference());
        row.put("candidate", key.candidate());
        row.put("status", key.status().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        row.put("reason", key.reason());
        return row;
    }

    private static List<Map<String, Object>> runs(List<Alignment> pairs) {
        return pairs.stream()
                .flatMap(pair -> Stream.of(run("reference", pair.reference()), run("candidate", pair.candidate())))
                .toList();
    }

    private static Map<String, Object> run(String side, RunTrace run) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("side", side);
        row.put("name", run.name());
        row.put("losses", run.losses().size());
        row.put("skips", run.steps().stream().filter(StepRecord::skipped).count());
        row.put("events", run.scaleEvents().size());
        row.put("accuracy", accuracy(run));
        row.put("digest", run.end().map(end -> end.digest().substring(0, 12)).orElse(""));
        return row;
    }

    private static String accuracy(RunTrace run) {
        return run.evaluations().isEmpty()
                ? ""
                : run.evaluations().getLast().ranks().stream()
                        .map(rank -> "%.1f".formatted(rank.overall().percent()))
                        .reduce((a, b) -> a + " / " + b)
                        .orElse("");
    }

    private static List<Map<String, Object>> context(Alignment pair) {
        Map<String, String> a = pair.reference().provenance().context();
        Map<String, String> b = pair.candidate().provenance().context();
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String name : names) {
            rows.add(
                    Map.of("name", name, "reference", a.getOrDefault(name, ""), "candidate", b.getOrDefault(name, "")));
        }
        return rows;
    }

    private static String interval(Interval interval) {
        return "[%.4g, %.4g]".formatted(interval.low(), interval.high());
    }

    /// NaN is what the statistic has not.
    private static String number(double value) {
        return Double.isNaN(value) ? "" : "%.4g".formatted(value);
    }
}
