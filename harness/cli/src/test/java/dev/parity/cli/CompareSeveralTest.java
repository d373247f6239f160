package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Compares several seeds that were recorded before, as a user does.
@Timeout(300)
final class CompareSeveralTest extends CliProcess {
    private static final List<String> TINY =
            List.of("--set", "train.steps=20", "--set", "data.trainItems=320", "--set", "data.testItems=20");

    private Outcome tiny(String... arguments) throws IOException, InterruptedException {
        return parity(Stream.concat(Stream.of(arguments), TINY.stream()).toArray(String[]::new));
    }

    /// Names the files of a folder, as a shell does.
    private List<String> expand(String place, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(place))) {
            return files.map(file -> folder.relativize(file).toString())
                    .filter(name -> name.startsWith(place + "/" + prefix))
                    .sorted()
                    .toList();
        }
    }

    private JsonNode result(String place) throws IOException {
        return JsonMapper.shared()
                .readTree(Files.readString(folder.resolve(place).resolve("result.json")));
    }

    /// All of a result that does not tell how its traces are named.
    private JsonNode judgement(String place) throws IOException {
        ObjectNode result = (ObjectNode) result(place);
        result.get("gates").forEach(gate -> ((ObjectNode) gate).remove("origins"));
        result.get("pairs")
                .forEach(pair -> pair.forEach(run -> {
                    if (run instanceof ObjectNode object) {
                        object.remove("name");
                    }
                }));
        return result.without(List.of("headline", "overridden", "recorded"));
    }

    private static void log(Path file, double factor) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int step = 100; step <= 6000; step += 100) {
            text.append("[1, %5d] loss: %.3f\n".formatted(step, factor * (1 + Math.exp(-step / 2000.0))));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text + "Finished Training\n");
    }

    @Test
    void aRunsTracesGiveItsResultAgain() throws IOException, InterruptedException {
        Outcome run = tiny("run", "moe-cifar", "--set", "study.seeds=11", "--parallel", "2", "-o", "one");
        assertThat(run.code()).as(run.err()).isIn(0, 1, 3);
        List<String> arguments = new ArrayList<>(List.of("compare", "-o", "two"));
        arguments.addAll(expand("one", "reference-"));
        arguments.add("--");
        arguments.addAll(expand("one", "candidate-"));
        Outcome compared = parity(arguments.toArray(String[]::new));
        assertThat(compared.code()).as(compared.err()).isEqualTo(run.code());
        assertThat(result("two")).isEqualTo(result("one"));
        assertThat(result("two").get("pairs")).hasSize(11);
        assertThat(result("two")
                        .get("pairs")
                        .get(1)
                        .get("reference")
                        .get("name")
                        .asString())
                .startsWith("reference-seed2-");
    }

    @Test
    void whatIsRecordedElsewhereIsJudgedAsARunIs() throws IOException, InterruptedException {
        Outcome gpu = tiny("record", "moe-cifar", "--seeds", "1..3", "-o", "gpu/seed%d.jsonl.gz");
        assertThat(gpu.code()).as(gpu.err()).isZero();
        assertThat(gpu.out().lines().filter(line -> line.startsWith("trace:")))
                .containsExactly(
                        "trace:    gpu/seed1.jsonl.gz", "trace:    gpu/seed2.jsonl.gz", "trace:    gpu/seed3.jsonl.gz");
        tiny("record", "moe-cifar", "--side", "candidate", "--seeds", "1..3", "--parallel", "3", "-o", "npu/%d.jsonl");
        Outcome compared = parity("compare", "gpu", "npu/", "-o", "compared");
        Outcome run = tiny("run", "moe-cifar", "--set", "study.seeds=3", "-o", "run");
        assertThat(compared.code()).as(compared.err()).isEqualTo(run.code());
        assertThat(judgement("compared")).isEqualTo(judgement("run"));
        assertThat(parity("compare", "gpu/*.gz", "--", "npu/[1-3].jsonl", "-o", "globs")
                        .code())
                .isEqualTo(run.code());
        assertThat(judgement("globs")).isEqualTo(judgement("run"));

        assertRefused(
                "seed 3 has one reference (gpu/seed3.jsonl.gz) and no candidate",
                "compare",
                "gpu",
                "--",
                "npu/1.jsonl",
                "npu/2.jsonl");
        log(folder.resolve("npu/x.log"), 1);
        assertRefused("npu/x.log is a log, whose losses are means", "compare", "gpu", "npu");
    }

    @Test
    void optionsStandBeforeBetweenAndAfter() throws IOException, InterruptedException {
        for (String name : List.of("a.log", "b.log", "c.log", "d.log")) {
            log(folder.resolve(name), 1);
        }
        Outcome compared =
                parity("compare", "--json", "a.log", "--waive", "seed=x", "b.log", "--", "c.log", "-o", "out", "d.log");
        assertThat(compared.code()).as(compared.err()).isEqualTo(3); // logs of one seed, twice
        JsonNode pairs = JsonMapper.shared().readTree(compared.out()).get("pairs");
        assertThat(pairs).hasSize(2);
        assertThat(pairs.get(1).get("reference").get("name").asString()).isEqualTo("b.log");
        assertThat(pairs.get(1).get("candidate").get("name").asString()).isEqualTo("d.log");
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("c.log and 1 more against a.log and 1 more", "a.log --waive seed=x b.log -- c.log");
    }

    @Test
    void logsArePairedInTheOrderGivenAndItIsSaid() throws IOException, InterruptedException {
        log(folder.resolve("gpu/1.log"), 1);
        log(folder.resolve("gpu/2.log"), 1.001);
        log(folder.resolve("npu/1.log"), 1);
        log(folder.resolve("npu/2.log"), 1.001);
        Outcome compared = parity("compare", "gpu", "npu");
        assertThat(compared.code()).as(compared.err()).isZero();
        String said = "no run knows its seed: paired in the order given, gpu/2.log with npu/2.log";
        assertThat(compared.out()).contains(said);
        assertThat(folder.resolve("runs/compare/report.html")).content().contains(said);
        assertRefused("found 1 and 2", "compare", "gpu", "--", "npu/1.log");
    }

    @Test
    void wrongUsageIsExitCodeTwo() throws IOException, InterruptedException {
        log(folder.resolve("a.log"), 1);
        Files.createDirectory(folder.resolve("empty"));
        assertRefused("Missing required parameter: 'RUN'", "compare");
        assertRefused("expected REFERENCE CANDIDATE, or REFERENCE... -- CANDIDATE..., found a.log", "compare", "a.log");
        assertRefused("found a.log a.log a.log", "compare", "a.log", "a.log", "a.log");
        assertRefused("found a.log --", "compare", "a.log", "--");
        assertRefused("found -- a.log", "compare", "--", "a.log");
        assertRefused("found a.log -- a.log -- a.log", "compare", "a.log", "--", "a.log", "--", "a.log");
        assertRefused("empty holds no trace and no log", "compare", "a.log", "empty");
        assertRefused("'*.csv' is no file".replace("'", ""), "compare", "a.log", "*.csv");
        assertRefused("Unknown option: '--fast'", "compare", "a.log", "a.log", "--fast");
        assertRefused("Unknown option: '--loss-margin'", "compare", "a.log", "a.log", "--loss-margin", "0.1");
        assertRefused("parallel must be 1 to 256, was 0", "run", "moe-cifar", "--parallel", "0");
        assertRefused(
                "--seeds: expected N or FROM..TO, found '3..1'", "record", "moe-cifar", "--seeds", "3..1", "-o", "x");
        assertRefused("several seeds need %d in the file name", "record", "moe-cifar", "--seeds", "1..2", "-o", "x");
    }

    @Test
    void marginsAreSetOneByOne() throws IOException, InterruptedException {
        log(folder.resolve("a.log"), 1);
        log(folder.resolve("b.log"), 1.02);
        assertThat(parity("compare", "a.log", "b.log").code()).isEqualTo(1);
        Outcome wide = parity(
                "compare",
                "a.log",
                "b.log",
                "--set",
                "margins.loss=0.05",
                "--set",
                "margins.pointwise=0.05",
                "--set",
                "margins.accuracy=4",
                "--json");
        assertThat(wide.code()).as(wide.err()).isZero();
        JsonNode margins = JsonMapper.shared().readTree(wide.out()).get("margins");
        assertThat(margins.get("loss").asDouble()).isEqualTo(0.05);
        assertThat(margins.get("accuracy").asDouble()).isEqualTo(4);
        assertThat(margins.get("classAccuracy").asDouble()).isEqualTo(10);

        assertRefused("no margin 'lss', there are [", "compare", "a.log", "b.log", "--set", "margins.lss=1");
        assertRefused("expected margins.KEY=VALUE", "compare", "a.log", "b.log", "--set", "train.epochs=1");
        assertRefused("expected a number, found 'x'", "compare", "a.log", "b.log", "--set", "margins.loss=x");
        assertRefused(
                "margins.loss must be above 0.0, was NaN", "compare", "a.log", "b.log", "--set", "margins.loss=NaN");
        assertRefused(
                "margins.loss must be above 0.0, was 0.0", "compare", "a.log", "b.log", "--set", "margins.loss=0");
        assertThat(folder.resolve("runs/compare/result.json")).exists(); // of the first
    }
}
