package dev.parity.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.conformance.BackendConformance;
import dev.parity.fakecuda.FakeCuda;
import dev.parity.fakes.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

/// Records what the conformance suite launches, then repeats each launch in a native program under the sanitizers of
/// addresses and of undefined behaviour, every tensor in a heap block of its very size.
@DisplayName("fake device, launches repeated under sanitizers")
final class CudaFakeSanitizerTest extends BackendConformance {
    @TempDir
    static Path folder;

    @BeforeAll
    static void record() throws IOException {
        FakeGpu.fresh().record(Files.createDirectory(folder.resolve("launches")));
    }

    @AfterAll
    static void repeat() throws IOException {
        Path launches = folder.resolve("launches");
        try (Stream<Path> recorded = Files.walk(launches)) {
            assertThat(recorded.count()).as("recorded files").isGreaterThan(200);
        }
        Path wrappers = Files.createDirectory(folder.resolve("sources"));
        Output output = FakeCuda.replay(launches, KernelFiles.ofEachType(wrappers), KernelFiles.folder());
        assertThat(output.text()).doesNotContain("ERROR: AddressSanitizer", "runtime error");
        assertThat(output.status()).as(output.text()).isZero();
    }

    @Override
    protected String backend() {
        return "cuda";
    }
}
