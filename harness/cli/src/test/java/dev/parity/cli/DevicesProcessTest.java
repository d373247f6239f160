package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The list of devices, as a user sees it.
@Timeout(300)
final class DevicesProcessTest extends CliProcess {
    @Test
    void variantsStandUnderTheirFamilyWithWhatIsAssumed() throws IOException, InterruptedException {
        Outcome listed = parity("devices");
        assertThat(listed.code()).as(listed.err()).isZero();
        List<String> lines = listed.out().lines().toList();
        int family = lines.indexOf("cuda-model");
        assertThat(family).isNotNegative();
        assertThat(lines.subList(family, family + 11))
                .anyMatch(line -> line.startsWith("  cuda-model:h100 ")
                        && line.contains(
                                "available: NVIDIA H100, as measured; of tf32, 4 of the 8 products of a step"));
        assertThat(lines)
                .anyMatch(line -> line.startsWith("  ascend-model:910b:cube-tree ")
                        && line.contains("assumption: preset cube-tree, order of K, errors of exp and log"))
                .anyMatch(line -> line.startsWith("cpu-fp64 ") && !line.contains("assumption"))
                .allMatch(line -> line.length() < 300);
    }

    // Ascend's documentation of Mmad: no bf16 and no fp32 on 910A, whose fp32 becomes fp16 and saturates
    @Test
    void oneIsShownWithWhatItComputes() throws IOException, InterruptedException {
        Outcome shown = parity("devices", "ascend-model:910a");
        assertThat(shown.code()).as(shown.err()).isZero();
        assertThat(shown.out().lines().map(line -> line.strip().replaceAll(" {2,}", ": ")))
                .contains(
                        "ascend-model:910a",
                        "device: Ascend 910A",
                        "matrix unit: fp16, steps of 16 products, summed exactly, with the accumulator, rounded to fp32,"
                                + " ties to even",
                        "accumulation: fp32",
                        "fp32 convolutions: operands rounded to fp16",
                        "overflow: saturate",
                        "assumed: preset cube-rne, order of K, errors of exp and log",
                        "mode.matrix.products=16");
        assertThat(parity("devices", "cuda-model:v100").out())
                .contains("fp16, steps of 4 products, cut off behind 23 bits and summed exactly")
                .contains("rounded to fp32 towards zero");
        assertRefused("there is no backend 'tpu', there are [ascend, ascend-model,", "devices", "tpu");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            cuda   | /dev/nvidiactl       | no NVIDIA driver (libcuda.so.1 was not found): install driver 580 or later
            ascend | /dev/davinci_manager | no NPU driver (/dev/davinci_manager was not found): install the driver
            """)
    void anAbsentDeviceIsToldWithTheRemedyAndNotReplaced(String id, String node, String reason)
            throws IOException, InterruptedException {
        assumeTrue(Files.notExists(Path.of(node)), "there is a device");
        assertThat(parity("devices", id).out()).contains("no: " + reason);
        assertThat(parity("devices").out()).contains("not available: " + reason);
        Outcome refused = parity(
                "record",
                "moe-cifar",
                "--backend",
                id,
                "-o",
                folder.resolve("x.jsonl").toString());
        assertThat(refused.code()).isEqualTo(4);
        assertThat(refused.err()).contains(reason);
        assertThat(folder.resolve("x.jsonl")).doesNotExist();
    }

    @Test
    void jsonSaysTheSame() throws IOException, InterruptedException {
        JsonNode all = JsonMapper.shared().readTree(parity("devices", "--json").out());
        JsonNode npu = StreamSupport.stream(all.spliterator(), false)
                .filter(row -> row.get("id").asString().equals("ascend-model:910b:cube-trunc"))
                .findFirst()
                .orElseThrow();
        assertThat(npu.get("available").asBoolean()).isTrue();
        assertThat(npu.get("assumed").asString()).startsWith("preset cube-trunc");
        assertThat(npu.get("computes").get("fp32 convolutions").asString()).isEqualTo("operands rounded to hf32");
        assertThat(npu.get("mode").get("matrix.fraction").asString()).isEqualTo("25");
        assertThat(JsonMapper.shared()
                        .readTree(parity("devices", "cpu", "--json").out()))
                .hasSize(1);
    }
}
