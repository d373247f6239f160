package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep` as a process: exit codes and words.
@Timeout(300)
final class LockstepProcessTest extends CliProcess {
    @Test
    void honestDevicesPassAndTheReportHasEveryOp() throws IOException, InterruptedException {
        Outcome passed =
                parity("lockstep", "moe-cifar", "--set", "train.microBatch=4", "--steps", "1..2", "--seed", "3");
        assertThat(passed.code()).as(passed.err()).isZero();
        assertThat(passed.out())
                .contains("golden cpu-fp64, reference cuda-model, candidate ascend-model, seed 3, steps [1, 2]")
                .contains("PASS  all ", "worst: step ")
                .doesNotContain("first: ");
        assertThat(folder.resolve("runs/moe-cifar+train.microBatch=4-lockstep/lockstep.html"))
                .content()
                .contains(" 1</h2>", " 2</h2>", "fc1.weight/new", "d/conv1.weight");
    }

    @Test
    void aFaultInOneOpFailsAndIsNamed() throws IOException, InterruptedException {
        Outcome failed = parity(
                "lockstep",
                "moe-cifar",
                "--reference",
                "cpu",
                "--candidate",
                "cuda-model",
                "--set",
                "train.microBatch=4",
                "--fault",
                "gate-tf32-left-on",
                "--json",
                "-o",
                "out");
        assertThat(failed.code()).as(failed.err()).isEqualTo(1);
        JsonNode json = JsonMapper.shared().readTree(failed.out());
        assertThat(json.get("first").get("value").asString()).isEqualTo("moe0/logits");
        assertThat(json.get("worst").get("value").asString()).isEqualTo("moe0/logits");
        assertThat(json.get("sides").get("fault").asString()).isEqualTo("gate-tf32-left-on=10");
        assertThat(folder.resolve("out/lockstep.json")).content().isEqualTo(failed.out());

        Files.writeString(folder.resolve("a.log"), "[1, 100] loss: 2.300\n[1, 200] loss: 2.200\n");
        parity("compare", "a.log", "a.log", "--lockstep", "out", "-o", "compared");
        assertThat(folder.resolve("compared/report.html")).content().contains("Op by Op", "(MatMul), moe0/logits");
        assertRefused("a.log is no lockstep", "compare", "a.log", "a.log", "--lockstep", "a.log", "-o", "compared");
    }

    @Test
    void wrongUseIsExitCodeTwoAndADeviceThatCannotComputeFour() throws IOException, InterruptedException {
        assertRefused("there is no scenario 'moe-cifra'", "lockstep", "moe-cifra");
        assertRefused("there is no lockstep profile 'L9'", "lockstep", "moe-cifar", "--profile", "L9");
        assertRefused("expected such as 1,10,50 or 1..5, found '1-5'", "lockstep", "moe-cifar", "--steps", "1-5");
        assertRefused("steps, ascending, found '5..1'", "lockstep", "moe-cifar", "--steps", "5..1");
        assertRefused("steps must be 1 to 280, were [281]", "lockstep", "moe-cifar", "--steps", "281");
        assertRefused("there is no backend 'tpu'", "lockstep", "moe-cifar", "--candidate", "tpu");
        assertRefused("is one of the training's rules", "lockstep", "moe-cifar", "--fault", "learning-rate");
        assertRefused("nowhere", "lockstep", "moe-cifar", "--from", "nowhere");
        Outcome broken = parity(
                "lockstep",
                "moe-cifar",
                "--set",
                "reference.backend=cpu-fp64",
                "--set",
                "reference.mode.overflow=saturate");
        assertThat(broken.code()).isEqualTo(4);
        assertThat(broken.err()).contains("cpu-fp64 cannot compute with overflow SATURATE, it can with [INF_NAN]");
        assertThat(folder.resolve("runs")).doesNotExist();
    }
}
