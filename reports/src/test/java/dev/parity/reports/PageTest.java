package dev.parity.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The pages' script and their accessibility, in a browser without a network.
final class PageTest {
    private static final String[] NONE = {};
    private static final Pattern ANSWER = Pattern.compile("<pre id=\"answer\">(.*?)</pre>", Pattern.DOTALL);

    /// Runs a script at the end of a report, and returns what it hands to `answer` as JSON.
    private static JsonNode ask(String name, String script, String... options)
            throws IOException, InterruptedException {
        return ask(name, report(), script, options);
    }

    private static String report() {
        return HtmlReport.of("moe-cifar", "parity run moe-cifar", ReportTest.result(1.1));
    }

    private static JsonNode ask(String name, String html, String script, String[] options)
            throws IOException, InterruptedException {
        Path browser = Browser.find();
        Path folder = Files.createDirectories(Path.of("target", "pages", name));
        String asking = """
                <script>const errors = []; addEventListener('error', event => errors.push(event.message));
                const answer = value => {
                  const pre = document.createElement('pre');
                  pre.id = 'answer';
                  pre.textContent = JSON.stringify({...value, errors});
                  document.body.append(pre);
                };</script>
                """;
        Path page = Files.writeString(
                folder.resolve("page.html").toAbsolutePath(),
                html.replace("<body>", "<body>" + asking).replace("</body>", "<script>" + script + "</script></body>"));
        String[] all = Arrays.copyOf(options, options.length + 2);
        all[options.length] = "--dump-dom";
        all[options.length + 1] = "--virtual-time-budget=20000";
        Matcher found = ANSWER.matcher(Browser.run(browser, folder, page, all));
        assertThat(found.find()).as("the page answers").isTrue();
        String text = found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        JsonNode answer = JsonMapper.shared().readTree(text);
        assertThat(answer.get("errors")).as("errors on the console").isEmpty();
        return answer;
    }

    @Test
    void keysReadValuesAndZoom() throws IOException, InterruptedException {
        JsonNode answer = ask("keys", """
                const chart = document.querySelector('svg.wide');
                const press = key => chart.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
                const reading = () => document.getElementById('reading').textContent;
                press('Home'); const first = reading();
                press('ArrowRight'); const second = reading();
                press('+'); const zoomed = chart.classList.contains('zoomed');
                const lines = chart.querySelectorAll('.zoom path').length;
                press('0'); const whole = !chart.classList.contains('zoomed');
                press('l'); const logarithmic = chart.classList.contains('zoomed');
                answer({first, second, zoomed, lines, whole, logarithmic});
                """);
        // run() of ReportTest has the loss 1 + exp(-step / 30), a tenth more on the other side
        assertThat(answer.get("first").asString()).contains("step 1\n", "reference 1.9672", "candidate 2.1639", "10 %");
        assertThat(answer.get("second").asString()).contains("step 2\n");
        assertThat(answer.get("zoomed").asBoolean()).isTrue();
        assertThat(answer.get("lines").asInt()).isEqualTo(5);
        assertThat(answer.get("whole").asBoolean()).isTrue();
        assertThat(answer.get("logarithmic").asBoolean()).isTrue();
    }

    @Test
    void theLanguageIsChosenAndSwitched() throws IOException, InterruptedException {
        JsonNode answer = ask("language", """
                const shown = () => [...document.querySelectorAll('#gates span')].filter(each => getComputedStyle(each).display !== 'none').map(each => each.lang).join();
                const before = shown();
                document.getElementById('language').click();
                answer({before, after: shown(), root: document.documentElement.lang});
                """, "--lang=en-US");
        assertThat(answer.get("before").asString()).isEqualTo("en");
        assertThat(answer.get("after").asString()).isEqualTo("zh");
        assertThat(answer.get("root").asString()).isEqualTo("zh");
    }

    /// Every page that is written, by name.
    static Stream<Arguments> pages() throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "pages", "results"));
        return Stream.of(
                Arguments.of("report", report()),
                Arguments.of("everything", ReportSectionsTest.full(folder.resolve("full"))),
                Arguments.of("index", ReportIndexTest.page(folder.resolve("index"))),
                Arguments.of("lockstep", LockstepReport.html("parity lockstep", LockstepReportTest.result())),
                Arguments.of(
                        "calibration", Files.readString(CalibrationReportTest.write(folder.resolve("calibration")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void aPhoneSeesTheWholePageWithoutScrollingSideways(String name, String html)
            throws IOException, InterruptedException {
        JsonNode answer = ask(name + "-phone", html, """
                const frame = document.createElement('iframe');
                frame.width = 390; frame.height = 800;
                frame.srcdoc = '<!DOCTYPE html>' + document.documentElement.outerHTML.replace(/<script>[^]*?<\\/script>/g, '');
                frame.onload = () => {
                  const page = frame.contentDocument;
                  const charts = [...page.querySelectorAll('svg.narrow')].map(each => each.getBoundingClientRect());
                  answer({wide: page.documentElement.scrollWidth, left: charts.map(each => each.left), right: charts.map(each => each.right)});
                };
                document.body.append(frame);
                """, NONE);
        assertThat(answer.get("wide").asInt()).isLessThanOrEqualTo(390);
        assertThat(answer.get("left").valueStream())
                .allSatisfy(x -> assertThat(x.asDouble()).isNotNegative());
        assertThat(answer.get("right").valueStream())
                .hasSize(List.of("report", "everything").contains(name) ? 1 : 0)
                .allSatisfy(x -> assertThat(x.asDouble()).isBetween(300.0, 390.0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    void axeFindsNothingSerious(String name, String html) throws IOException, InterruptedException {
        String axe;
        try (InputStream in = PageTest.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
        JsonNode answer = ask(name + "-axe", html, axe.replace("</script", "<\\/script") + """
                        ;document.querySelectorAll('details').forEach(each => { each.open = true; });
                        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']}).then(found => answer({
                          passes: found.passes.length,
                          serious: found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
                            .map(each => each.id + ': ' + each.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | ').slice(0, 600)),
                        }));
                        """, NONE);
        assertThat(answer.get("passes").asInt()).isGreaterThan(15);
        assertThat(answer.get("serious")).as("serious findings of axe").isEmpty();
    }

    // the Nu Html Checker, as its authors' command line has it: exit code 0 means no error
    @Test
    void everyPageIsValidHtml() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of("target", "pages", "valid"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "nu.validator.client.SimpleCommandLineValidator",
                "--stdout"));
        for (Arguments each : pages().toList()) {
            Path page = folder.resolve(each.get()[0] + ".html");
            command.add(Files.writeString(page, String.valueOf(each.get()[1])).toString());
        }
        Path out = folder.resolve("checker.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as("the checker ends")
                .isTrue();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    }
}
