package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A report of a training as long as DeepSpeed's CIFAR example of 30 epochs on one rank: 93,750 steps of 16 images.
final class LongReportTest {
    private static final int STEPS = 93_750;
    private static final int MOST_BYTES = 3_000_000;
    private static final double MOST_MILLISECONDS = 2_000;
    private static final int OPENS = 5;
    private static final double SLOWEST_ZOOM = 100; // ms; 16.7 would keep a screen's 60 frames a second
    private static final Pattern ANSWER = Pattern.compile("<pre id=\"opened\">([0-9.]+) ([0-9.]+)</pre>");

    private static RunTrace run(String device, long seed) {
        Random random = new Random(seed);
        List<TraceRecord> records = new ArrayList<>();
        for (int step = 1; step <= STEPS; step++) {
            double noise = random.nextGaussian();
            int tokens = 8 + random.nextInt(3);
            TreeMap<String, Double> norms = new TreeMap<>();
            for (int parameter = 0; parameter < 12; parameter++) {
                norms.put("layer%d.weight".formatted(parameter), 1 + 0.1 * noise);
            }
            norms.put(StepRecord.GLOBAL, 3 + 0.1 * noise);
            records.add(new StepRecord(
                    step,
                    1 + step / 3_125,
                    List.of(0.5 + 2 * Math.exp(-step / 20_000.0) + 0.2 * noise),
                    1 << (10 + step / 20_000),
                    step % 1_000 == 0,
                    0.001,
                    norms,
                    List.of(List.of(tokens, 16 - tokens)),
                    List.of(0),
                    List.of(),
                    List.of()));
        }
        records.add(new TraceRecord.End(STEPS, "0123456789abcdef".repeat(4)));
        Provenance provenance = Provenance.of(
                Provenance.RECORDED, Map.of(Provenance.SEED, "1"), Map.of(Provenance.DEVICE, device), Map.of());
        return RunTrace.of(device, new TraceRecord.Header(1, provenance), records, List.of());
    }

    /// What a fresh browser measured, in ms.
    ///
    /// @param laidOut from the beginning of the navigation
    /// @param zoom median of the time from a key to the chart drawn anew and laid out
    private record Opened(double laidOut, double zoom) {}

    private static Opened open(Path folder, Path page) throws IOException, InterruptedException {
        Matcher found = ANSWER.matcher(Browser.run(Browser.find(), folder, page, "--dump-dom"));
        assertThat(found.find()).as("the page says when it was drawn").isTrue();
        return new Opened(Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2)));
    }

    private static double median(List<Opened> times, ToDoubleFunction<Opened> which) {
        return times.stream().mapToDouble(which).sorted().toArray()[OPENS / 2];
    }

    @Test
    void aLongReportIsSmallAndOpensAtOnce() throws IOException, InterruptedException {
        String html = HtmlReport.of("long", "parity compare a b", Results.judge(run("gpu", 1), run("npu", 2)));
        assertThat(html.length()).isLessThan(MOST_BYTES);
        Path folder = Files.createDirectories(Path.of("target", "long"));
        Path page = Files.writeString(folder.resolve("report.html").toAbsolutePath(), html.replace("</body>", """
                        <script>addEventListener('load', () => {
                          document.body.getBoundingClientRect();
                          const pre = document.createElement('pre');
                          pre.id = 'opened';
                          const opened = performance.now();
                          const chart = document.querySelector('svg.wide');
                          const zooms = [...'+++++++---0+++l-l0'].map(key => {
                            const pressed = performance.now();
                            chart.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
                            chart.getBoundingClientRect();
                            return performance.now() - pressed;
                          }).sort((a, b) => a - b);
                          pre.textContent = `${opened} ${zooms[zooms.length / 2]}`;
                          document.body.append(pre);
                        });</script></body>"""));
        List<Opened> times = new ArrayList<>();
        for (int i = 0; i < OPENS; i++) {
            times.add(open(folder, page));
        }
        Files.writeString(folder.resolve("figures.txt"), "%d bytes, in ms: %s%n".formatted(html.length(), times));
        assertThat(median(times, Opened::laidOut)).isLessThan(MOST_MILLISECONDS);
        assertThat(median(times, Opened::zoom)).isLessThan(SLOWEST_ZOOM);
    }
}
