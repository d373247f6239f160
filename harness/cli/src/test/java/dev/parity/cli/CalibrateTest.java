package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calibrates, and explains a failure, as a user does.
@Timeout(300)
final class CalibrateTest extends CliProcess {
    @Test
    void aFaultIsPlantedAndReported() throws IOException, InterruptedException {
        Outcome outcome = parity(
                "calibrate",
                "--faults",
                "weight-gradient-scale",
                "--trials",
                "1",
                "--pairs",
                "3",
                "--clean",
                "0",
                "-o",
                "c");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("weight-gradient-scale=0.03, trial 1")
                .contains("faults: 1/1 found, first suspect right in 1/1");
        assertThat(folder.resolve("c/calibration.html")).content().contains("weight-gradient-scale=0.03");
        assertThat(folder.resolve("c/calibration.md")).content().contains("| weight-gradient-scale=0.03 |");
        JsonNode trials = JsonMapper.shared()
                .readTree(Files.readString(folder.resolve("c/calibration.json")))
                .get("trials");
        assertThat(trials).hasSize(1);
        assertThat(trials.get(0).get("verdict").asString()).isEqualTo("FAIL");
    }

    @Test
    void aFaultThatThereIsNotIsRefused() throws IOException, InterruptedException {
        assertRefused("there is no fault 'gremlin'", "calibrate", "--faults", "gremlin");
        assertRefused("trials must be", "calibrate", "--faults", "none", "--clean", "0", "--trials", "-1");
    }

    @Test
    void aFailureIsExplained() throws IOException, InterruptedException {
        Outcome run = parity(Stream.concat(
                        Stream.of(
                                "run",
                                "moe-cifar",
                                "--set",
                                "study.seeds=2",
                                "--fault",
                                "weight-gradient-scale=0.5",
                                "-o",
                                "r"),
                        SHORT.stream())
                .toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isEqualTo(1);
        assertThat(run.out()).contains("first suspect: backward");
        for (String place : new String[] {"r", "r/result.json"}) {
            Outcome explained = parity("explain", place);
            assertThat(explained.code()).as(explained.err()).isZero();
            assertThat(explained.out())
                    .contains("1. backward (weight")
                    .contains("conv2.weight")
                    .contains("next: ")
                    .contains("Op by Op: ./parity lockstep moe-cifar --set ")
                    .contains("--candidate ascend-model --fault weight-gradient-scale=0.5 --steps 1");
        }
        Files.writeString(folder.resolve("no.json"), "{\"verdict\": \"PASS\"}");
        assertRefused("no.json is no result of a comparison", "explain", "no.json");
        assertRefused("cannot read the result", "explain", "absent");
    }
}
