package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder for a host with an NPU, made and run here over the fake device.
@DisplayName("fake device, the kit for a host with an NPU")
final class AscendKitTest {
    @Test
    void theKitRunsEverythingOnTheFakeDevice(@TempDir Path folder) throws IOException, InterruptedException {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        Path kit = folder.resolve("kit");
        Scripts.run(
                Map.of(),
                folder.resolve("made.txt"),
                Scripts.ROOT.resolve("ci/ascend-kit.sh").toString(),
                kit.toString());
        FakeAscend fake = FakeAscend.load(Layout.CANN_9);
        Map<String, String> host = Map.of(
                "ASCEND_HOME_PATH",
                fake.toolkit().toString(),
                "ASCEND_OPP_PATH",
                folder.toString(),
                "JAVA_TOOL_OPTIONS",
                "-Dparity.ascend.nodes=" + fake.nodes(),
                "STEPS",
                "3");
        String printed = Scripts.run(
                host,
                folder.resolve("ran.txt"),
                kit.resolve("run.sh").toString(),
                folder.resolve("results").toString());
        assertThat(printed).contains("all passed", "Ascend910B3");
        assertThat(folder.resolve("results/moe-cifar-ascend.jsonl.gz")).isNotEmptyFile();
        assertThat(folder.resolve("results/probe.txt"))
                .content()
                .contains("ascend-model:910b, FP16: equal bits at K of [8, 16, 84, 400, 1024]")
                .contains("ascend-model:910b:cube-trunc, FP32: equal bits at K of []");
    }
}
