package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.fakecuda.FakeCuda;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder for a host with a GPU, made and run here: nvcc compiles each kernel for one architecture, and the
/// fake device runs a host build of the same kernels.
@DisplayName("fake device, the kit for a host with a GPU")
final class CudaKitTest {
    @Test
    void theKitRunsEverythingOnTheFakeDevice(@TempDir Path folder) throws IOException, InterruptedException {
        FakeCuda.missing().ifPresent(reason -> assumeTrue(false, reason));
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(path -> Files.exists(Path.of(path, "nvcc"))),
                "there is no nvcc to compile kernels with");
        Path kit = folder.resolve("kit");
        Scripts.run(
                Map.of(),
                folder.resolve("made.txt"),
                Scripts.ROOT.resolve("ci/cuda-kit.sh").toString(),
                kit.toString(),
                "90");
        try (Stream<Path> images = Files.list(kit.resolve("kernels"))) {
            assertThat(images.filter(image -> image.toString().matches(".*\\.(cubin|ptx)")))
                    .as("eleven files, three types, as binary and as text")
                    .hasSize(11 * 3 * 2);
        }
        Path kernels = hostKernels(folder);
        Map<String, String> device = Map.of(
                "LD_LIBRARY_PATH",
                FakeCuda.build().directory().toString(),
                "FAKECUDA_KERNELS",
                kernels.toString(),
                "STEPS",
                "3");
        String printed = Scripts.run(
                device,
                folder.resolve("ran.txt"),
                kit.resolve("run.sh").toString(),
                folder.resolve("results").toString());
        assertThat(printed).contains("all passed", "fake device");
        assertThat(folder.resolve("results/moe-cifar-cuda.jsonl.gz")).isNotEmptyFile();
    }

    /// Builds the kernels' host twins: what the images name, the fake device finds there.
    private static Path hostKernels(Path folder) throws IOException {
        Path sources = Scripts.ROOT.resolve("backends/cuda/src/main/resources/dev/parity/cuda/internal/kernels");
        try (Stream<Path> files = Files.list(sources)) {
            List<Path> kernels =
                    files.filter(path -> path.toString().endsWith(".cu")).toList();
            return FakeCuda.hostKernels(
                    FakeCuda.forEachMacro(kernels, List.of("FP32", "FP16", "BF16"), folder), sources);
        }
    }
}
