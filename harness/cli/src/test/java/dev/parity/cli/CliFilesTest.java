package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the program writes, where, and what of it reaches the terminal.
@Timeout(300)
final class CliFilesTest extends CliProcess {
    private static final String FAULT = "weight-gradient-scale=0.03";
    private static final String ESC = "\u001b";

    /// A run of two steps.
    private static final List<String> TINY =
            List.of("--set", "train.steps=2", "--set", "data.trainItems=32", "--set", "data.testItems=10");

    private Outcome tiny(String command, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command, "moe-cifar"));
        arguments.addAll(TINY);
        arguments.addAll(List.of(more));
        return parity(arguments.toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.equals("out.txt") && !name.equals("err.txt"))
                    .sorted()
                    .toList();
        }
    }

    /// 60 losses of DeepSpeed's CIFAR example.
    private static String log(double factor) {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= 6000; step += 100) {
            text.append("[1, %5d] loss: %.3f\n".formatted(step, factor * (1 + Math.exp(-step / 2000.0))));
        }
        return text + "Finished Training\n";
    }

    @Test
    void whatIsMistypedWritesNothing() throws IOException, InterruptedException {
        assertRefused("there is no fault 'gremlin'", "run", "moe-cifar", "--fault", "gremlin");
        assertRefused("must be 0 to 1000 but not 1", "record", "moe-cifar", "--fault", "learning-rate=1");
        assertRefused("--set train.epoch=1", "run", "moe-cifar", "--set", "train.epoch=1");
        assertRefused("no gate 'loss'", "run", "moe-cifar", "--require", "loss");
        assertRefused("no comparability key 'speed'", "run", "moe-cifar", "--waive", "speed");
        assertRefused("there is no backend 'tpu'", "run", "moe-cifar", "--set", "candidate.backend=tpu");
        assertThat(files()).isEmpty();
        Files.writeString(folder.resolve("file"), "kept");
        assertRefused("file is a file: expected a folder", "run", "moe-cifar", "-o", "file");
        assertRefused("file is a file", "record", "moe-cifar", "-o", "file/trace.jsonl");
        assertThat(files()).containsExactly("file");
    }

    @Test
    void aFaultedAndAnOverriddenRunHaveFoldersOfTheirOwnAndSaySo()
            throws IOException, InterruptedException, ParserConfigurationException, SAXException {
        String overridden = "train.steps=2, data.trainItems=32, data.testItems=10";
        String name = overridden.replace(", ", "+");
        Outcome clean = tiny("record");
        Outcome faulted = tiny("record", "--fault", FAULT);
        assertThat(clean.out()).contains("overridden: " + overridden).doesNotContain("planted");
        assertThat(faulted.out()).contains("fault planted: " + FAULT);
        assertThat(files().stream().map(file -> Path.of(file).getParent().toString()))
                .containsExactly("runs/moe-cifar+" + name, "runs/moe-cifar+" + FAULT + "+" + name);
        RunTrace trace = TraceReader.read(folder.resolve(files().getLast()));
        assertThat(trace.provenance().underTest()).containsEntry(Provenance.FAULT, FAULT);
        assertThat(trace.provenance().context()).containsEntry(Provenance.OVERRIDES, overridden);

        Outcome run = tiny("run", "--set", "study.seeds=1", "--fault", "weight-gradient-scale");
        Path result = folder.resolve("runs/moe-cifar+%s+%s+study.seeds=1".formatted(FAULT, name));
        assertThat(run.out()).contains("fault planted: " + FAULT, "overridden: " + overridden);
        assertThat(result.resolve("report.html")).content().contains("fault planted: weight-gradient-scale=0.03");
        assertThat(DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(result.resolve("junit.xml").toFile())
                        .getElementsByTagName("property")
                        .item(0)
                        .getAttributes()
                        .getNamedItem("value")
                        .getNodeValue())
                .isEqualTo(FAULT);
    }

    @Test
    void theFaultsAreListed() throws IOException, InterruptedException {
        Outcome listed = parity("faults");
        assertThat(listed.code()).as(listed.err()).isZero();
        assertThat(listed.out())
                .contains(
                        "weight-gradient-scale",
                        "conv2",
                        "strength: -1000 to 1000 but not 0; without one: weight-gradient-scale=0.03",
                        "suspects: gating, forward",
                        "needs: --set precision.lossScaleWindow=10 --set schedule.warmupSteps=1000");
        JsonNode json = JsonMapper.shared().readTree(parity("faults", "--json").out());
        assertThat(json.get(0).get("id").asString()).isEqualTo("adam-epsilon-inside");
        assertThat(json.get(0).get("strengths").get("preset").asDouble()).isEqualTo(1);
        assertThat(json.get(0).get("suspects").get(0).asString()).isEqualTo("optimizer");
        assertThat(json.get(0).get("setup").get("optimizer.epsilon").asString()).isEqualTo("1.0e-3");
    }

    @Test
    void aRequiredGateThatIsNotJudgedLeavesTheAnswerOpen() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a.log"), log(1));
        Outcome plain = parity("compare", "a.log", "a.log");
        assertThat(plain.code()).as(plain.out() + plain.err()).isZero();
        assertThat(parity("compare", "a.log", "a.log", "--require", "loss-whole")
                        .code())
                .isZero();
        Outcome required = parity("compare", "a.log", "a.log", "--require", "loss-whole,accuracy");
        assertThat(required.code()).isEqualTo(3);
        assertThat(required.out()).contains("INCONCLUSIVE  gate accuracy is required and was not judged");
        assertRefused("no gate 'loss' to require, there are [comparability,", "compare", "a", "b", "--require", "loss");
    }

    @Test
    void anEarlierReportIsGoneAfterACompareThatFailed() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a.log"), log(1));
        assertThat(parity("compare", "a.log", "a.log", "-o", "out").code()).isZero();
        assertThat(files()).contains("out/report.html", "out/junit.xml", "out/result.json");
        assertRefused("is no file", "compare", "a.log", "missing.log", "-o", "out");
        assertThat(files()).containsExactly("a.log", "out/.lock");
    }

    @Test
    void aSummaryAndEventsAreWrittenWhereTheyAreAskedFor() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a b.log"), log(1));
        Files.writeString(folder.resolve("c.log"), log(1.1));
        String[] compare = {"compare", "a b.log", "c.log", "-o", "out", "--md", "sum.md", "--otr", "events.xml"};
        assertThat(parity(compare).code()).isEqualTo(1);
        assertThat(folder.resolve("sum.md"))
                .content()
                .contains(
                        "## FAIL: c.log against a b.log",
                        "parity compare 'a b.log' c.log -o out --md sum.md --otr events.xml",
                        "[Report](./out/report.html)");
        assertThat(folder.resolve("events.xml")).content().contains("status=\"FAILED\"");

        Files.createDirectory(folder.resolve("old"));
        Files.writeString(folder.resolve("old/result.json"), "[]");
        Outcome index = parity("report", "index", ".");
        assertThat(index.code()).as(index.err()).isZero();
        assertThat(index.out()).contains("no result: ./old/result.json: ", "index of 1 results: ./index.html");
        assertThat(folder.resolve("index.html")).content().contains("href=\"./out/report.html\"");
        assertRefused("none is no folder", "report", "index", "none");

        Files.delete(folder.resolve("c.log"));
        assertRefused("is no file", compare);
        assertThat(folder.resolve("sum.md")).as("no answer of the one before").isEmptyFile();
        assertThat(folder.resolve("events.xml")).isEmptyFile();
        assertRefused("cannot write no/sum.md", "compare", "a b.log", "a b.log", "-o", "new", "--md", "no/sum.md");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void aFullDiskIsNamedAsTheReason() throws IOException, InterruptedException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk.toString())
                .redirectErrorStream(true)
                .start();
        assumeTrue(mount.waitFor(10, TimeUnit.SECONDS) && mount.exitValue() == 0, "no right to mount a small disk");
        try {
            Outcome full = tiny("run", "--set", "study.seeds=1", "--set", "train.steps=60", "-o", "disk");
            assertThat(full.err()).contains("cannot write the ", "disk/reference-seed", "No space left on device");
            assertThat(full.code()).isIn(2, 4); // when it closes the trace, or while it trains
            assertThat(disk.resolve("report.html")).doesNotExist();
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    @Test
    void aScenarioWhoseNameLeadsElsewhereIsRefused() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("bad.yaml"), "name: ../../elsewhere\n");
        assertRefused("bad.yaml:1:7: name", "run", "bad.yaml");
        assertRefused("--set name=../elsewhere", "record", "moe-cifar", "--set", "name=../elsewhere");
        assertRefused("--set name=.hidden", "record", "moe-cifar", "--set", "name=.hidden");
        assertThat(files()).containsExactly("bad.yaml");
    }

    @Test
    void aFolderInUseIsExitCodeTwo() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("a.log"), log(1));
        Files.createDirectory(folder.resolve("out"));
        Files.writeString(folder.resolve("out/junit.xml"), "of the other run");
        try (FileChannel channel = FileChannel.open(
                        folder.resolve("out/.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertRefused("out is in use by another run", "compare", "a.log", "a.log", "-o", "out");
        }
        assertThat(folder.resolve("out/junit.xml")).hasContent("of the other run");
    }

    @Test
    void noNameAndNoTextSteersTheTerminal()
            throws IOException, InterruptedException, ParserConfigurationException, SAXException {
        String name = "a%s[31m\u0007.log".formatted(ESC);
        Files.writeString(folder.resolve(name), log(1));
        Files.writeString(
                folder.resolve("b.log"),
                log(1).replace("Finished", "[1, 9999] loss: %s[2J\u0007\0\nFinished".formatted(ESC)));
        Outcome compared = parity("compare", name, "b.log", "-o", "out");
        assertThat(compared.code()).as(compared.err()).isEqualTo(ExitCode.UNDECIDED);
        assertThat(compared.out()).contains("loss: \\u001b[2J\\u0007\\u0000");
        assertSteersNothing(compared);
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("a\\u001b[31m\\u0007.log", "\\u001b[2J\\u0007\\u0000");
        assertThat(DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(folder.resolve("out/junit.xml").toFile())
                        .getDocumentElement()
                        .getAttribute("name"))
                .isEqualTo("parity.b.log against a\\u001b[31m\\u0007.log");
        assertSteersNothing(parity("compare", name, "b.log", "--json"));

        Outcome missing = parity("compare", ESC + "[2J", "b.log");
        assertThat(missing.err()).contains("\\u001b[2J is no file");
        assertSteersNothing(missing);
        assertSteersNothing(parity("compare", "--" + ESC + "[2J"));
    }

    /// Half a surrogate pair, and a line that looks like a verdict: a trace is JSON, which can hold both.
    @Test
    void noKeyOfATraceForgesALine() throws IOException, InterruptedException {
        tiny("record", "-o", "a.jsonl");
        String trace = Files.readString(folder.resolve("a.jsonl"));
        String header = trace.lines().findFirst().orElseThrow();
        assertThat(header).contains("\"dtype\":\"fp16\"");
        String forged = header.replace("\"dtype\":\"fp16\"", "\"dtype\":\"\\ud800\\nPASS  the same training\"");
        Files.writeString(
                folder.resolve("b.jsonl"),
                forged + "\n" + trace.lines().toList().get(1) + "\n");
        Outcome compared = parity("compare", "a.jsonl", "b.jsonl");
        assertThat(compared.code()).as(compared.err()).isEqualTo(3);
        assertThat(compared.out()).contains("\\ud800\\u000aPASS  the same training");
        assertThat(compared.out().lines()).noneMatch(line -> line.startsWith("PASS  the same training"));
        assertSteersNothing(compared);
        // b.jsonl ends after its first step
        assertThat(compared.out()).contains("missing in the candidate: b.jsonl");
    }

    private static void assertSteersNothing(Outcome outcome) {
        assertThat((outcome.out() + outcome.err()).chars().filter(c -> Character.isISOControl(c) && c != '\n'))
                .isEmpty();
    }
}
