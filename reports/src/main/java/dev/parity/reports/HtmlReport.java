package dev.parity.reports;

import dev.parity.reports.internal.Confusion;
import dev.parity.reports.internal.LossChart;
import dev.parity.reports.internal.Pages;
import dev.parity.reports.internal.ReportPage;
import dev.parity.reports.internal.Routing;
import dev.parity.reports.internal.StepTables;
import dev.parity.reports.internal.Whisker;
import dev.parity.statistics.Alignment;
import dev.parity.statistics.Comparability;
import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Interval;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Suspicion;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One HTML file that opens offline, in English and Chinese: nothing in it comes from elsewhere. The templates escape
/// all text.
public final class HtmlReport {
    private static final String LOSS_MARGIN = "loss";

    /// Ops that a report names; the page of the lockstep has all.
    private static final int MOST_OPS = 50;

    private HtmlReport() {}

    /// Writes a report.
    ///
    /// @param title heading, such as the scenario's name
    /// @param command what was run to get it
    /// @param result the answer
    /// @return the file's text
    public static String of(String title, String command, ParityResult result) {
        return of(title, command, result, Optional.empty());
    }

    /// Writes a report.
    ///
    /// @param title heading, such as the scenario's name
    /// @param command what was run to get it
    /// @param result the answer
    /// @param lockstep what compared the same training Op by Op, if anything
    /// @return the file's text
    public static String of(String title, String command, ParityResult result, Optional<LockstepTable> lockstep) {
        List<Alignment> pairs = result.pairs();
        List<Evidence> ordered = result.evidence().stream()
                .sorted(Comparator.comparing(Evidence::verdict).reversed())
                .toList();
        Map<Stand, List<ReportPage.Key>> keys = keys(result);
        ReportPage page = new ReportPage(
                title,
                command,
                ReportPage.Tag.of(result.verdict()),
                result.headline(),
                ordered.stream()
                        .filter(each -> each.verdict() != Verdict.NOT_JUDGED)
                        .count(),
                largest(result.evidence()),
                pairs.size(),
                pairs.stream().mapToLong(pair -> pair.losses().size()).sum(),
                devices(pairs.getFirst()),
                result.planted(),
                result.overridden(),
                remarks(pairs, RunTrace::gaps),
                result.suspects().stream().map(HtmlReport::suspect).toList(),
                gates(ordered, false),
                gates(ordered, true),
                LossChart.of(pairs, margin(result)),
                ordered.stream()
                        .flatMap(evidence -> evidence instanceof Evidence.Parts found ? classes(found) : Stream.of())
                        .toList(),
                Confusion.of(pairs),
                StepTables.experts(pairs),
                Routing.of(pairs),
                StepTables.gradients(pairs),
                lockstep.map(HtmlReport::lockstep).orElse(null),
                powers(result.evidence()),
                runs(pairs),
                keys.getOrDefault(Stand.APART, List.of()),
                keys.getOrDefault(Stand.ALIKE, List.of()),
                keys.getOrDefault(Stand.WAIVED, List.of()),
                remarks(pairs, RunTrace::notes));
        return Printable.of(Pages.of("report.jte", page));
    }

    private static OptionalDouble margin(ParityResult result) {
        Double margin = result.margins().values().get(LOSS_MARGIN);
        return margin == null ? OptionalDouble.empty() : OptionalDouble.of(margin);
    }

    private static List<String> remarks(List<Alignment> pairs, Function<RunTrace, List<String>> of) {
        return pairs.stream()
                .flatMap(pair -> pair.runs().stream())
                .flatMap(run -> of.apply(run).stream())
                .toList();
    }

    private static double ofMargin(Evidence.Equivalence found) {
        double share = Math.abs(found.unit().ofMargin(found.estimate().value(), found.margin()));
        return Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
    }

    private static ReportPage.@Nullable Largest largest(List<Evidence> evidence) {
        return evidence.stream()
                .filter(each -> each.verdict() != Verdict.NOT_JUDGED)
                .flatMap(each -> each.statistical().stream())
                .max(Comparator.comparingDouble(HtmlReport::ofMargin))
                .map(found -> new ReportPage.Largest(
                        found.gate(),
                        found.unit().text(found.estimate().value()),
                        found.unit().text(found.margin()),
                        "%.0f %%".formatted(100 * ofMargin(found))))
                .orElse(null);
    }

    private static List<ReportPage.Side> devices(Alignment pair) {
        return List.of(
                new ReportPage.Side(true, Facts.device(pair.reference())),
                new ReportPage.Side(false, Facts.device(pair.candidate())));
    }

    private static ReportPage.Suspected suspect(Suspicion found) {
        return new ReportPage.Suspected(
                found.suspect().label(),
                "%.0f".formatted(found.weight()),
                found.evidence(),
                found.next(),
                found.lockstep());
    }

    private static List<ReportPage.Gate> gates(List<Evidence> evidence, boolean passed) {
        return evidence.stream()
                .filter(each -> passed == (each.verdict() == Verdict.PASS))
                .map(each -> new ReportPage.Gate(
                        each.gate(),
                        ReportPage.Tag.of(each.verdict()),
                        each.sentence(),
                        each.statistical().map(HtmlReport::numbers).orElse(null),
                        each.origins()))
                .toList();
    }

    private static ReportPage.Numbers numbers(Evidence.Equivalence found) {
        Estimate estimate = found.estimate();
        Unit unit = found.unit();
        return new ReportPage.Numbers(
                found.statistic(),
                unit.text(estimate.value()),
                interval(unit, estimate.interval()),
                (unit == Unit.RATIO ? "" : "± ") + unit.text(found.margin()),
                estimate.n() == 0 ? "" : String.valueOf(estimate.n()),
                number(estimate.effectiveN()),
                number(estimate.p()),
                Double.isNaN(estimate.detectable()) ? "" : unit.text(Facts.detectable(found)),
                Whisker.of(unit, estimate.value(), estimate.interval(), found.margin()));
    }

    private static ReportPage.Lockstep lockstep(LockstepTable found) {
        List<LockstepTable.Op> open =
                found.ops().stream().filter(op -> op.judged() != Verdict.PASS).toList();
        return new ReportPage.Lockstep(
                ReportPage.Tag.of(found.verdict()),
                found.headline(),
                found.profile(),
                found.first() == null ? "" : found.first().name(),
                found.worst().name(),
                open.stream().limit(MOST_OPS).map(HtmlReport::op).toList(),
                Math.max(0, open.size() - MOST_OPS));
    }

    private static ReportPage.Op op(LockstepTable.Op op) {
        return new ReportPage.Op(
                op.name(),
                ReportPage.Tag.of(op.judged()),
                op.ratio() == null ? "" : "%.3g".formatted(op.ratio()),
                op.reason());
    }

    /// Lists what each gate could have found, the weakest first.
    private static List<ReportPage.Power> powers(List<Evidence> evidence) {
        return evidence.stream()
                .filter(each -> each.verdict() != Verdict.NOT_JUDGED)
                .flatMap(each -> each.statistical().stream())
                .filter(found -> Double.isFinite(found.estimate().detectable()))
                .sorted(Comparator.comparingDouble(HtmlReport::power).reversed())
                .map(found -> new ReportPage.Power(
                        found.gate(),
                        String.valueOf(found.estimate().n()),
                        found.unit().text(Facts.detectable(found)),
                        found.unit().text(found.margin()),
                        "%.0f %%".formatted(100 * power(found)),
                        power(found) <= 1))
                .toList();
    }

    private static double power(Evidence.Equivalence found) {
        return Math.abs(found.unit().ofMargin(Facts.detectable(found), found.margin()));
    }

    private static Stream<ReportPage.Part> classes(Evidence.Parts found) {
        double margin = found.whole().margin();
        Unit unit = found.whole().unit();
        return found.parts().stream()
                .map(part -> new ReportPage.Part(
                        part.name(),
                        ReportPage.Tag.of(part.verdict()),
                        "%.1f %%".formatted(part.reference()),
                        "%.1f %%".formatted(part.candidate()),
                        "%+.2f pp".formatted(part.difference()),
                        interval(unit, part.interval()),
                        "%.3g".formatted(part.p()),
                        Whisker.of(unit, part.difference(), part.interval(), margin)));
    }

    private static List<ReportPage.Run> runs(List<Alignment> pairs) {
        return pairs.stream()
                .flatMap(pair -> Stream.of(run(true, pair.reference()), run(false, pair.candidate())))
                .toList();
    }

    private static ReportPage.Run run(boolean reference, RunTrace run) {
        return new ReportPage.Run(
                reference,
                run.name(),
                run.losses().size(),
                run.steps().stream().filter(StepRecord::skipped).count(),
                run.scaleEvents().size(),
                accuracy(run),
                run.end().map(end -> end.digest()).orElse(""));
    }

    private static String accuracy(RunTrace run) {
        return run.evaluations().isEmpty()
                ? ""
                : run.evaluations().getLast().ranks().stream()
                        .map(rank -> "%.1f".formatted(rank.overall().percent()))
                        .reduce((a, b) -> a + " / " + b)
                        .orElse("");
    }

    /// How a key of the provenance is shown.
    private enum Stand {
        APART,
        ALIKE,
        WAIVED;

        static Stand of(String reference, String candidate) {
            return reference.equals(candidate) ? ALIKE : APART;
        }
    }

    /// Lists the keys of the comparison, then those of the context.
    private static Map<Stand, List<ReportPage.Key>> keys(ParityResult result) {
        Map<Stand, List<ReportPage.Key>> keys = new EnumMap<>(Stand.class);
        for (Comparability.Key key : result.comparability().keys()) {
            Stand stand = key.status() == Comparability.Status.WAIVED
                    ? Stand.WAIVED
                    : Stand.of(key.reference(), key.candidate());
            String reason = key.reason().isEmpty() ? "" : ": " + key.reason();
            put(
                    keys,
                    stand,
                    new ReportPage.Key(key.name(), key.reference(), key.candidate(), words(key.status()) + reason));
        }
        Map<String, String> a =
                result.pairs().getFirst().reference().provenance().context();
        Map<String, String> b =
                result.pairs().getFirst().candidate().provenance().context();
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        for (String name : names) {
            String reference = a.getOrDefault(name, "");
            String candidate = b.getOrDefault(name, "");
            put(keys, Stand.of(reference, candidate), new ReportPage.Key(name, reference, candidate, "context"));
        }
        return keys;
    }

    private static void put(Map<Stand, List<ReportPage.Key>> keys, Stand stand, ReportPage.Key key) {
        keys.computeIfAbsent(stand, _ -> new ArrayList<>()).add(key);
    }

    private static String words(Comparability.Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String interval(Unit unit, Interval interval) {
        return interval.equals(Interval.NONE) ? "" : unit.text(interval);
    }

    /// NaN is what the statistic has not.
    private static String number(double value) {
        return Double.isNaN(value) ? "" : "%.4g".formatted(value);
    }
}
