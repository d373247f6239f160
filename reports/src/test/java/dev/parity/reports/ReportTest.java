package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.statistics.Comparison;
import dev.parity.statistics.Pair;
import dev.parity.statistics.ParityResult;
import dev.parity.statistics.Profile;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReportTest {
    private static final String HOSTILE = "<script>alert('x')</script>";

    private static RunTrace run(double factor, String device) {
        List<TraceRecord> records = new ArrayList<>();
        for (int step = 1; step <= 120; step++) {
            records.add(new StepRecord(
                    step,
                    1,
                    List.of(factor * (1 + Math.exp(-step / 30.0))),
                    step > 60 ? 32768 : 16384,
                    false,
                    0.01,
                    new TreeMap<>(Map.of(StepRecord.GLOBAL, 1.0)),
                    List.of(),
                    List.of(),
                    List.of("a", "a"),
                    List.of()));
        }
        Evaluation.Score score = Evaluation.Score.of(600, 1000);
        records.add(new Evaluation(
                120,
                "eval",
                List.of(),
                List.of(new Evaluation.Rank(
                        0,
                        score,
                        List.of(new Evaluation.ClassScore("cat", score), new Evaluation.ClassScore("dog", score)),
                        List.of(),
                        null))));
        records.add(new TraceRecord.End(120, "0123456789abcdef".repeat(4)));
        Provenance provenance = Provenance.of(
                "recorded", Map.of(Provenance.SEED, "1"), Map.of(Provenance.DEVICE, device), Map.of("host", "here"));
        return RunTrace.of(device, new TraceRecord.Header(1, provenance), records, List.of());
    }

    static ParityResult result(double factor) {
        Pair pair = new Pair(run(1, "gpu"), run(factor, HOSTILE));
        return new Comparison(List.of(pair), Profile.STRICT, Map.of()).judge();
    }

    @Test
    void textFromOutsideIsEscapedAndNothingComesFromElsewhere() {
        String html = HtmlReport.of("a & b", "parity compare", result(1.1));
        assertThat(html)
                .contains("a &amp; b", "&lt;script&gt;alert('x')")
                .doesNotContain("<script>alert", "src=", "@import", "url(http", "<link");
    }

    @Test
    void valuesThatAreNotFiniteDoNotKeepTheReportFromBeingWritten() {
        ParityResult result = result(Double.POSITIVE_INFINITY);
        assertThat(HtmlReport.of("inf", "parity compare", result)).contains("FAIL", "<svg");
        assertThat(ResultJson.of(result)).contains("\"FAIL\"");
    }

    @Test
    void jsonSaysTheSameAsTheResult() {
        ParityResult result = result(1.1);
        JsonNode json = JsonMapper.shared().readTree(ResultJson.of(result));
        assertThat(json.get("verdict").asString()).isEqualTo("FAIL");
        assertThat(json.get("gates")).hasSize(result.evidence().size());
        JsonNode loss = json.get("gates")
                .valueStream()
                .filter(gate -> gate.get("gate").asString().equals("loss-whole"))
                .findFirst()
                .orElseThrow();
        assertThat(loss.get("estimate").asDouble()).isCloseTo(0.1, Offset.offset(1e-12));
    }

    @Test
    void aBrowserShowsTheReport() throws IOException, InterruptedException {
        Path browser = Browser.find();
        Path folder = Files.createDirectories(Path.of("target", "report"));
        Path page = folder.resolve("report.html").toAbsolutePath();
        Files.writeString(page, HtmlReport.of("moe-cifar", "parity run moe-cifar", result(1.1)));
        Path screenshot = folder.resolve("report.png").toAbsolutePath();
        Browser.run(browser, folder, page, "--screenshot=" + screenshot, "--window-size=1040,2400");
        assertThat(Files.size(screenshot)).isGreaterThan(20_000);
        String dom = Browser.run(browser, folder, page, "--dump-dom");
        assertThat(dom).contains("id=\"verdict\"", "FAIL", "loss-last-quarter");
        // the loss for two sizes of a page, and the intervals of gates and classes
        assertThat(dom.split("<svg class=\"whisker\"", -1).length).isGreaterThan(5);
        assertThat(dom.split("<path", -1).length).isGreaterThan(10);
    }

    /// Two runs' logs of DeepSpeed's CIFAR example: three epochs of 1000 steps, a line each 50 steps.
    private static RunTrace log(Path file, double slower) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (int step = 50; step <= 1000; step += 50) {
                double loss = 1 + slower + 1.3 * Math.exp(-((epoch - 1) * 1000 + step) / 900.0);
                text.append("[%d, %5d] loss: %.3f\n".formatted(epoch, step, loss));
            }
        }
        return RunReader.USUAL.read(Files.writeString(file, text + "Finished Training\n"));
    }

    @Test
    void aLogsEpochsFollowEachOtherInTheChart() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "report"));
        Pair pair = new Pair(log(folder.resolve("gpu.log"), 0), log(folder.resolve("npu.log"), 0.02));
        ParityResult result = new Comparison(List.of(pair), Profile.STRICT, Map.of()).judge();
        String html = HtmlReport.of("logs", "parity compare gpu.log npu.log", result);
        // what a tick says is drawn, so 3000 steps are
        assertThat(html).contains(">epoch 2<", ">epoch 3<", ">step (1000 an epoch)<", ">3,000<");
        Path browser = Browser.find();
        Path page = Files.writeString(folder.resolve("epochs.html").toAbsolutePath(), html);
        Path screenshot = folder.resolve("epochs.png").toAbsolutePath();
        Browser.run(browser, folder, page, "--screenshot=" + screenshot, "--window-size=1040,1600");
        assertThat(Files.size(screenshot)).isGreaterThan(20_000);
    }
}
