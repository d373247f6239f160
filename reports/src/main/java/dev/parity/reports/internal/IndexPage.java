package dev.parity.reports.internal;

import dev.parity.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// What an index of results shows.
///
/// @param title heading
/// @param results how many
/// @param groups the results of each scenario
/// @param problems files that are no result
public record IndexPage(String title, int results, List<Group> groups, List<Problem> problems) {
    /// Results of one scenario.
    ///
    /// @param scenario its name; empty of logs
    /// @param rows in the order of time
    /// @param trends of each gate that was ever judged, those that have a gap first
    /// @param unjudged ids of the other gates
    public record Group(String scenario, List<Row> rows, List<Trend> trends, List<String> unjudged) {}

    /// A result.
    ///
    /// @param number in its group, from 1
    /// @param link to its report
    /// @param name of its folder
    /// @param verdict over all gates
    /// @param headline a sentence
    /// @param reference device
    /// @param candidate device
    /// @param time when it was recorded, or empty
    public record Row(
            int number,
            String link,
            String name,
            ReportPage.Tag verdict,
            String headline,
            String reference,
            String candidate,
            String time) {}

    /// A file that is no result.
    ///
    /// @param name of the file
    /// @param reason why
    public record Problem(String name, String reason) {}

    /// What a gate found in one result.
    ///
    /// @param number of the result
    /// @param verdict of the gate
    /// @param share gap as a share of its margin, at least 0; empty of a rule, and where nothing was judged
    public record Point(int number, Verdict verdict, OptionalDouble share) {
        String text() {
            String gap = share.isPresent() ? ", %.0f %%".formatted(100 * share.getAsDouble()) : "";
            return "#%d %s%s".formatted(number, verdict.label(), gap);
        }
    }

    /// A gate's gaps over the results, drawn 320 wide: the margin at 24, nothing at 44, twice the margin and more at 4.
    /// Rules stand in one line.
    ///
    /// @param gate id
    /// @param last verdict
    /// @param latest what was found last, in words
    /// @param label all of it in words
    /// @param height of the drawing
    /// @param line path through the gaps; empty of a rule
    /// @param marks one a result
    public record Trend(
            String gate, ReportPage.Tag last, String latest, String label, int height, String line, List<Mark> marks) {
        private static final double WIDTH = 320;
        private static final int HEIGHT = 48;
        private static final int RULE_HEIGHT = 16;
        private static final double ZERO = 44;
        private static final double MARGIN = 24;
        /// More points than this are not read out one by one.
        private static final int SPOKEN = 20;

        /// Draws a gate.
        ///
        /// @param gate id
        /// @param points at least one, by ascending number
        /// @param results of the group
        /// @return the drawing
        public static Trend of(String gate, List<Point> points, int results) {
            boolean rule = points.stream().allMatch(point -> point.share().isEmpty());
            double radius = Math.clamp(WIDTH / results / 3, 1.2, 4);
            StringBuilder line = new StringBuilder();
            List<Mark> marks = new ArrayList<>();
            boolean joined = false;
            for (Point point : points) {
                double x = WIDTH * (point.number() - 0.5) / results;
                double y = rule ? RULE_HEIGHT / 2.0 : place(point.share());
                if (point.share().isPresent()) {
                    line.append("%s%.1f %.1f".formatted(joined ? "L" : "M", x, y));
                }
                joined = point.share().isPresent();
                marks.add(Mark.of(point, x, y, radius));
            }
            Point last = points.getLast();
            List<String> spoken = points.subList(Math.max(0, points.size() - SPOKEN), points.size()).stream()
                    .map(Point::text)
                    .toList();
            return new Trend(
                    gate,
                    ReportPage.Tag.of(last.verdict()),
                    last.share().isPresent()
                            ? "%.0f %%".formatted(100 * last.share().getAsDouble())
                            : "",
                    "%s: %s".formatted(gate, String.join(", ", spoken)),
                    rule ? RULE_HEIGHT : HEIGHT,
                    line.toString(),
                    marks);
        }

        /// NaN, a difference that is no number, stands at the upper edge.
        private static double place(OptionalDouble share) {
            double shown = Double.isNaN(share.orElse(0)) ? 2 : Math.min(share.orElse(0), 2);
            return ZERO - (ZERO - MARGIN) * shown;
        }
    }

    /// A result in a drawing: a circle where the gate passed, else a diamond; a square of a rule.
    ///
    /// @param css class of the verdict
    /// @param path its outline
    /// @param text what it stands for
    public record Mark(String css, String path, String text) {
        static Mark of(Point point, double x, double y, double r) {
            boolean passed = point.verdict() == Verdict.PASS || point.verdict() == Verdict.WARN;
            String format = point.share().isEmpty()
                    ? "M%1$.1f %2$.1fm-%3$.1f -%3$.1fh%4$.1fv%4$.1fh-%4$.1fz"
                    : passed
                            ? "M%1$.1f %2$.1fm-%3$.1f 0a%3$.1f %3$.1f 0 1 0 %4$.1f 0a%3$.1f %3$.1f 0 1 0 -%4$.1f 0z"
                            : "M%1$.1f %2$.1fm0 -%3$.1fl%3$.1f %3$.1fl-%3$.1f %3$.1fl-%3$.1f -%3$.1fz";
            return new Mark(ReportPage.Tag.of(point.verdict()).css(), format.formatted(x, y, r, 2 * r), point.text());
        }
    }
}
