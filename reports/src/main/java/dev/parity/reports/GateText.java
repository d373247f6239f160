package dev.parity.reports;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Interval;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;

/// A gate's finding as text that stands alone: verdict, values, margin, and where the numbers are.
public final class GateText {
    private static final int MOST_ORIGINS = 5;

    private GateText() {}

    /// Writes a finding.
    ///
    /// @param evidence the finding
    /// @return several lines, the first with gate, verdict and sentence
    public static String of(Evidence evidence) {
        List<String> lines = new ArrayList<>();
        lines.add("%s: %s: %s".formatted(evidence.gate(), evidence.verdict().label(), evidence.sentence()));
        evidence.statistical().ifPresent(found -> lines.addAll(numbers(found)));
        if (evidence instanceof Evidence.Parts found) {
            found.parts().stream()
                    .filter(part -> part.verdict() != Verdict.PASS)
                    .map(part -> part(found.whole().unit(), part))
                    .forEach(lines::add);
        }
        List<String> origins = evidence.origins();
        origins.stream().limit(MOST_ORIGINS).forEach(origin -> lines.add("  at " + origin));
        if (origins.size() > MOST_ORIGINS) {
            lines.add("  and at %d places more, see the report".formatted(origins.size() - MOST_ORIGINS));
        }
        return String.join("\n", lines.stream().map(Printable::line).toList());
    }

    private static List<String> numbers(Evidence.Equivalence found) {
        Estimate estimate = found.estimate();
        Unit unit = found.unit();
        String known = "n %d".formatted(estimate.n())
                + number(", n effective %.4g", estimate.effectiveN())
                + number(", p %.4g", estimate.p())
                + (Double.isNaN(estimate.detectable()) ? "" : ", detectable " + unit.text(Facts.detectable(found)));
        return List.of(
                "  %s: %s%s, margin %s"
                        .formatted(
                                found.statistic(),
                                unit.text(estimate.value()),
                                interval(unit, estimate.interval()),
                                unit.text(found.margin())),
                "  " + known);
    }

    private static String part(Unit unit, Evidence.Part part) {
        return "  %s: %s: reference %.4g, candidate %.4g, difference %s%s"
                .formatted(
                        part.name(),
                        part.verdict().label(),
                        part.reference(),
                        part.candidate(),
                        unit.text(part.difference()),
                        interval(unit, part.interval()));
    }

    private static String interval(Unit unit, Interval interval) {
        return interval.equals(Interval.NONE) ? "" : ", 90 % interval " + unit.text(interval);
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : format.formatted(value);
    }
}
