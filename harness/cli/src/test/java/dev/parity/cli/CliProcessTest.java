package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.trace.TraceReader;
import dev.parity.trace.TraceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs the program as a process, as a user does, and looks at its exit codes and words.
@Timeout(300)
final class CliProcessTest extends CliProcess {
    @Test
    void helpShowsExamplesAndExitCodes() throws IOException, InterruptedException {
        Outcome help = parity("--help");
        assertThat(help.code()).as(help.err()).isZero();
        assertThat(help.out()).contains("parity run moe-cifar", "./parity test", "./parity bench", "Exit codes:");
        for (String name : List.of("run", "record", "compare", "faults", "devices", "data", "scenarios")) {
            assertThat(parity(name, "--help").code()).as(name).isZero();
        }
    }

    @Test
    void aRunAgainstItselfPassesAndAFaultFails() throws IOException, InterruptedException {
        Outcome recorded = record("a.jsonl.gz");
        assertThat(recorded.code()).isZero();
        assertThat(recorded.out()).contains("digest:", "steps:    60,");

        Outcome same = parity("compare", "a.jsonl.gz", "a.jsonl.gz", "-o", "same");
        assertThat(same.out()).contains("PASS  overridden: train.steps=60", "the same training within the margins");
        assertThat(same.code()).isZero();
        assertThat(folder.resolve("same/report.html")).exists();
        assertThat(folder.resolve("same/junit.xml")).exists();

        record("b.jsonl.gz", "--fault", "weight-gradient-scale=0.1");
        Outcome fault = parity("compare", "a.jsonl.gz", "b.jsonl.gz", "-o", "fault");
        assertThat(fault.code()).isEqualTo(1);
        assertThat(fault.out()).contains("FAIL", "the gradient of conv2.weight (backward pass) is off by 10.0");
    }

    @Test
    void anotherLearningRateIsInvalidAndFailsWhenWaived() throws IOException, InterruptedException {
        record("a.jsonl");
        record("b.jsonl", "--set", "optimizer.lr=0.01", "--set", "schedule.warmupMaxLr=0.01");
        Outcome declared = parity("compare", "a.jsonl", "b.jsonl");
        assertThat(declared.code()).isEqualTo(3);
        assertThat(declared.out()).contains("INVALID", "optimizer (adamw lr=");
        Outcome waived = parity(
                "compare", "a.jsonl", "b.jsonl", "--waive", "optimizer=on purpose", "--waive", "scenario", "--json");
        assertThat(waived.code()).isEqualTo(1);
        assertThat(JsonMapper.shared().readTree(waived.out()).get("verdict").asString())
                .isEqualTo("FAIL");

        record("c.jsonl", "--fault", "learning-rate=10");
        Outcome undeclared = parity("compare", "a.jsonl", "c.jsonl");
        assertThat(undeclared.out()).contains("FAIL");
        assertThat(undeclared.code()).isEqualTo(1);
    }

    @Test
    void aStudyOfThreeSeedsWritesItsReportAndKeepsItsRuns() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("run", "moe-cifar", "-o", "study", "--set", "study.seeds=3"));
        arguments.addAll(SHORT);
        Outcome run = parity(arguments.toArray(String[]::new));
        assertThat(run.code()).isIn(0, 3); // 60 steps need not decide
        assertThat(run.err()).contains("[6/6] candidate seed 3");
        assertThat(folder.resolve("study/result.json")).exists();
        Path second = only("study", "reference-seed2-[0-9a-f]{12}\\.jsonl\\.gz");
        byte[] before = Files.readAllBytes(second);
        arguments.add("--resume");
        Outcome again = parity(arguments.toArray(String[]::new));
        assertThat(again.code()).isEqualTo(run.code());
        assertThat(again.err()).doesNotContain("trained");
        assertThat(Files.readAllBytes(second)).isEqualTo(before);
    }

    private Path only(String place, String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(place))) {
            List<Path> found = files.filter(
                            file -> String.valueOf(file.getFileName()).matches(name))
                    .toList();
            assertThat(found).hasSize(1);
            return found.getFirst();
        }
    }

    @Test
    void aKilledRecordGoesOnToTheSameDigest() throws IOException, InterruptedException {
        String[] arguments = {
            "record",
            "moe-cifar",
            "--set",
            "train.steps=250",
            "--set",
            "data.testItems=40",
            "--checkpoint-every",
            "0.05",
            "-o",
            "killed.jsonl.gz"
        };
        Process process = command(arguments).start();
        Path checkpoint = folder.resolve("killed.jsonl.gz.checkpoint");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(checkpoint) && process.isAlive() && System.nanoTime() < deadline) {
            Thread.sleep(10); // another process writes
        }
        assertThat(checkpoint).as("a checkpoint").exists();
        process.destroyForcibly().waitFor();
        Path trace = folder.resolve("killed.jsonl.gz");
        TraceRecord.Header before = TraceReader.records(trace).header();

        List<String> resume = new ArrayList<>(List.of(arguments));
        resume.add("--resume");
        Outcome resumed = parity(resume.toArray(String[]::new));
        assertThat(resumed.code()).isZero();
        // the header says when the run started: it went on, it did not start again
        assertThat(TraceReader.records(trace).header()).isEqualTo(before);
        List<String> whole = new ArrayList<>(List.of(arguments));
        whole.set(whole.size() - 1, "whole.jsonl.gz");
        assertThat(digest(resumed)).isEqualTo(digest(parity(whole.toArray(String[]::new))));
    }

    private static String digest(Outcome outcome) {
        return outcome.out()
                .lines()
                .filter(line -> line.startsWith("digest:"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void badInputIsExitCodeTwoWithItsReason() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("hello.txt"), "hello\n");
        Files.writeString(folder.resolve("bad.yaml"), "name: x\ntrain:\n  epoch: 1\n");
        assertRefused("there is no scenario 'moe-cifra'", "run", "moe-cifra");
        assertRefused("bad.yaml:3:", "run", "bad.yaml");
        assertRefused("--set train.epoch=1", "run", "moe-cifar", "--set", "train.epoch=1");
        assertRefused("neither a trace nor a log", "compare", "hello.txt", "hello.txt");
        assertRefused("is no file", "compare", "nowhere.jsonl", "hello.txt");
        assertRefused("does not exist", "record", "moe-cifar-seed", "--data", "nowhere");
        assertRefused("does not exist", "data", "verify", "nowhere");
        Files.writeString(folder.resolve("x.tar.gz"), "not it");
        assertRefused("expected SHA-256", "data", "verify", "x.tar.gz");
        assertRefused("there is no backend 'tpu'", "record", "moe-cifar", "--backend", "tpu");
        assertRefused("there is no fault 'gremlin'", "record", "moe-cifar", "--fault", "gremlin");
        Files.writeString(folder.resolve("run.log"), "[1, 100] loss: 2.3\n");
        assertRefused("no comparability key 'speed'", "compare", "run.log", "run.log", "--waive", "speed");
        assertRefused("Unknown option: '--fast'", "run", "moe-cifar", "--fast");
        assertRefused("expected a command");
    }

    @Test
    void aBackendThatCannotComputeTheScenarioIsExitCodeFour() throws IOException, InterruptedException {
        Outcome outcome = parity(
                "run", "moe-cifar", "--set", "reference.backend=cpu-fp64", "--set", "reference.mode.overflow=saturate");
        assertThat(outcome.code()).isEqualTo(4);
        assertThat(outcome.err()).contains("cpu-fp64 cannot compute with overflow SATURATE, it can with [INF_NAN]");
    }

    // the table at the end of verdicts.md
    @Test
    void theSeedsTwoLogsAreNotComparableAsTheyAre() throws IOException, InterruptedException {
        Path logs =
                Path.of(System.getProperty("parity.root"), "reference-logs/src/main/resources/dev/parity/reference");
        String name = "deepspeed-0.11-cifar10-moe-fp16-%s-wangshuai09-2023-10-31.log";
        String gpu = logs.resolve(name.formatted("GPU")).toString();
        String npu = logs.resolve(name.formatted("NPU")).toString();
        Outcome plain = parity("compare", gpu, npu);
        assertThat(plain.code()).isEqualTo(3);
        assertThat(plain.out()).contains("INVALID", "loss-scaler (zero against unfused)");
        JsonNode waived = JsonMapper.shared()
                .readTree(parity("compare", gpu, npu, "--waive", "loss-scaler", "--json")
                        .out());
        assertThat(waived.get("verdict").asString()).isEqualTo("INCONCLUSIVE");
        assertThat(waived.get("pairs").get(0).get("commonLosses").asInt()).isEqualTo(5);
        assertThat(waived.get("headline").asString()).contains("5 common losses are too few");
    }
}
