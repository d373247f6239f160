package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class ReportIndexTest {
    @TempDir
    private Path folder;

    private static void result(Path place, double factor, String recorded) throws IOException {
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(ResultJson.of(ReportTest.result(factor)));
        json.put("recorded", recorded);
        json.put("scenario", recorded.isEmpty() ? "" : "moe-cifar");
        Files.createDirectories(place);
        Files.writeString(place.resolve("result.json"), json.toString());
    }

    /// Writes results and their index.
    ///
    /// @return the index
    static String page(Path folder) throws IOException {
        result(folder.resolve("b/late"), 1.1, "2026-11-29T13:31:01.5Z");
        Files.writeString(folder.resolve("b/late/report.html"), "a report");
        result(folder.resolve("c & d (1)"), 1, "2026-11-28T00:00:00Z");
        result(folder.resolve("logs"), 1.003, "");
        result(folder.resolve("a"), 1.002, "2026-11-28T00:00:00Z");
        Files.createDirectories(folder.resolve("<b>"));
        Files.writeString(folder.resolve("<b>/result.json"), "{\n\"version\": ");
        ReportIndex.write(folder, folder.resolve("index.html"));
        return Files.readString(folder.resolve("index.html"));
    }

    @Test
    void resultsStandInTheOrderOfTheirTimeThenOfTheirPath() throws IOException {
        String html = page(folder);
        assertThat(Stream.of("a", "c &amp; d (1)", "b/late", "logs")
                        .map(name -> html.indexOf(">%s</a>".formatted(name))))
                .isSorted()
                .allMatch(at -> at > 0);
        assertThat(html)
                .contains(
                        "<b>4</b>",
                        "href=\"./b/late/report.html\"",
                        "href=\"./c%20&amp;%20d%20%281%29/result.json\"",
                        "2026-11-29 13:31 UTC",
                        "<h2>moe-cifar</h2>",
                        "Logs, of no scenario")
                .doesNotContain("<b>/", "src=", "url(http", "<link");
    }

    @Test
    void eachGateIsDrawnOnItsMargin() throws IOException {
        result(folder.resolve("1"), 1.001, "2026-11-28T00:00:00Z");
        result(folder.resolve("2"), 1.1, "2026-11-29T00:00:00Z");
        ReportIndex.write(folder, folder.resolve("index.html"));
        // by hand: 0.1 % of a margin of 0.5 % is a fifth of the way from 44 up to 24; 10 % lies beyond twice the
        // margin,
        // at 4; two results stand at a quarter and three quarters of 320
        assertThat(Files.readString(folder.resolve("index.html")))
                .contains("aria-label=\"loss-whole: #1 WARN, 20 %, #2 FAIL, 2000 %\"", "d=\"M80.0 40.0L240.0 4.0\"");
    }

    @Test
    void whatIsNoResultIsNamedWithItsReason() throws IOException {
        Files.createDirectories(folder.resolve("old"));
        Files.writeString(folder.resolve("old/result.json"), "{\"verdict\": \"PASS\"}");
        ObjectNode json = (ObjectNode) JsonMapper.shared().readTree(ResultJson.of(ReportTest.result(1)));
        Files.writeString(
                folder.resolve("result.json"), json.put("version", "2.0").toString());
        Files.createDirectories(folder.resolve("cut"));
        Files.writeString(folder.resolve("cut/result.json"), "{\"version\": \"1.0\",\n\"verdict\": \"FA");
        Files.createDirectories(folder.resolve("bytes"));
        Files.write(folder.resolve("bytes/result.json"), new byte[] {(byte) 0xff, 0});
        ReportIndex.Summary found = ReportIndex.write(folder, folder.resolve("index.html"));
        assertThat(found.results()).isZero();
        assertThat(found.problems())
                .extracting(problem -> folder.relativize(problem.place()).toString())
                .containsExactly("bytes/result.json", "cut/result.json", "old/result.json", "result.json");
        List<String> reasons =
                found.problems().stream().map(ReportIndex.Problem::reason).toList();
        assertThat(reasons.get(0)).contains("cannot be read");
        assertThat(reasons.get(1)).contains("(line 2)");
        assertThat(reasons.get(2)).contains("found no version, expected 1.x");
        assertThat(reasons.get(3)).contains("found version 2.0, expected 1.x");
        assertThat(folder.resolve("index.html")).content().contains("Files that are no result", "old/result.json");
    }

    @Test
    void aFolderThatIsNoneIsRefused() {
        assertThatThrownBy(() -> ReportIndex.write(folder.resolve("none"), folder.resolve("index.html")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none is no folder");
    }
}
