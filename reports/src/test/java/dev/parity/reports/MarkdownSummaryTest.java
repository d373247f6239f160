package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Estimate;
import dev.parity.statistics.Evidence;
import dev.parity.statistics.Interval;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Suspect;
import dev.parity.statistics.Suspicion;
import dev.parity.statistics.Unit;
import dev.parity.statistics.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.junit.jupiter.api.Test;

/// A summary, read by another's parser of GitHub Flavored Markdown.
final class MarkdownSummaryTest {
    private static final String HOSTILE =
            "x|y `z` <b>w</b> [l](javascript:1) *e* _u_ ~~s~~ &lt; \u001b[31m\nnext | row";

    private static String summary(String title, String command, ParityResult result) {
        return MarkdownSummary.of(
                Results.report(Path.of("runs/a b (1)/report.html"), title, command, result), Path.of("out/sum.md"));
    }

    private static String html(String markdown) {
        List<TablesExtension> tables = List.of((TablesExtension) TablesExtension.create());
        return HtmlRenderer.builder()
                .extensions(tables)
                .build()
                .render(Parser.builder().extensions(tables).build().parse(markdown));
    }

    private static long count(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().count();
    }

    @Test
    void verdictGatesSuspectAndCommandAreThere() {
        ParityResult result = ReportTest.result(1.1);
        String html = html(summary("moe-cifar", "parity compare 'a b' c", result));
        assertThat(html)
                .contains(
                        "<h2>FAIL: moe-cifar</h2>",
                        "<strong>First suspect: "
                                + result.suspects().getFirst().suspect().label(),
                        "<code>parity compare 'a b' c\n</code>",
                        "<a href=\"./../runs/a%20b%20%281%29/report.html\">Report</a>");
        assertThat(count(html, "<table>")).isEqualTo(1);
        assertThat(count(html, "<td>[a-z-]+</td>")).isEqualTo(result.evidence().size());
        // what failed comes first
        assertThat(html.indexOf("<td><strong>FAIL")).isLessThan(html.indexOf("<td>PASS"));
        assertThat(html.lastIndexOf("<td><strong>FAIL")).isLessThan(html.indexOf("<td>PASS"));
    }

    @Test
    void textFromOutsideStaysText() {
        ParityResult result = ReportTest.result(1.1);
        Evidence hostile = new Evidence.Rule("loss", Verdict.FAIL, HOSTILE, List.of());
        String html = html(summary(HOSTILE, "a ```` b", with(result, List.of(hostile))));
        assertThat(html)
                .contains(
                        "x|y `z` &lt;b&gt;w&lt;/b&gt; [l](javascript:1) *e* _u_ ~~s~~ &amp;lt; \\u001b[31m\\u000anext | row")
                .contains("<code>a ```` b\n</code>")
                .doesNotContain("<b>", "javascript:1\"", "<em>e", "<del>");
        assertThat(count(html, "<tr>")).isEqualTo(2);
    }

    private static ParityResult with(ParityResult result, List<Evidence> evidence) {
        return new ParityResult(
                result.verdict(),
                evidence,
                result.primary(),
                result.comparability(),
                result.pairs(),
                result.margins(),
                result.suspects());
    }

    private static ParityResult suspecting(ParityResult result, Suspicion suspicion) {
        return new ParityResult(
                result.verdict(),
                result.evidence(),
                result.primary(),
                result.comparability(),
                result.pairs(),
                result.margins(),
                List.of(suspicion));
    }

    private static Evidence classes(int count, String name) {
        Estimate estimate = new Estimate(5, new Interval(4, 6), 16, Double.NaN, 0.001, Double.NaN);
        return new Evidence.Parts(
                new Evidence.Equivalence(
                        "class-accuracy", Verdict.FAIL, "off", "difference", Unit.POINTS, estimate, 2, List.of()),
                IntStream.range(0, count)
                        .mapToObj(i -> new Evidence.Part(name + i, Verdict.FAIL, 60, 65, 5, new Interval(4, 6), 0.001))
                        .toList());
    }

    @Test
    void whatIsTooLongIsCutAtARowAndCounted() {
        ParityResult huge = with(ReportTest.result(1.1), List.of(classes(50_000, "类|")));
        String text = summary("t", "parity compare a b", huge);
        assertThat(text.getBytes(StandardCharsets.UTF_8).length)
                .isBetween(MarkdownSummary.LIMIT - 200, MarkdownSummary.LIMIT);
        String html = html(text);
        long rows = count(html, "<td>class-accuracy");
        assertThat(html).contains("<p>%d rows more are left out here".formatted(50_001 - rows), ">Report</a>");
    }

    @Test
    void neitherALongCommandNorLongSentencesLeadBeyondTheLimit() {
        List<Evidence> evidence = IntStream.range(0, 300)
                .<Evidence>mapToObj(
                        i -> new Evidence.Rule("rule" + i, Verdict.FAIL, "<".repeat(3_000_000 / 300), List.of()))
                .toList();
        ParityResult result = with(ReportTest.result(1.1), evidence);
        String text = summary("&".repeat(2_000_000), "c".repeat(2_000_000), result);
        assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(MarkdownSummary.LIMIT);
        assertThat(text).contains("The command has 2000000 characters", "rows more are left out", "[Report]");

        Suspicion suspicion =
                new Suspicion(Suspect.DATA, 1, Collections.nCopies(5_000, "<".repeat(3_000)), "类".repeat(99_000), "");
        String suspected = summary("&".repeat(2_000_000), "类".repeat(99_000), suspecting(result, suspicion));
        assertThat(suspected.getBytes(StandardCharsets.UTF_8).length)
                .isBetween(MarkdownSummary.LIMIT - 20_000, MarkdownSummary.LIMIT);
        assertThat(suspected).contains("First suspect: data", "[Report]");
    }
}
