package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.fakes.Builder;
import dev.parity.fakes.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernels that were compiled ahead of time, and recorded launches.
final class ReplayTest extends FakeTest {
    /// A sum of neighbours through shared memory: of three elements, of which the last reads `last` further.
    private static final String NEIGHBOURS = """
            struct Range { const float* x; float* y; };
            extern "C" __global__ void neighbours(Range r, long long n, long long last) {
                __shared__ float tile[4];
                tile[threadIdx.x] = r.x[threadIdx.x];
                __syncthreads();
                float right = threadIdx.x + 1 < n ? tile[threadIdx.x + 1] : 0;
                if (threadIdx.x < n) r.y[threadIdx.x] = tile[threadIdx.x] + right + r.x[last];
            }
            """;

    /// What nvcc would write for it, as far as the fake reads it.
    private static final String PTX = """
            .version 9.0
            .target sm_80
            .address_size 64
            .visible .entry neighbours(
                .param .align 8 .b8 neighbours_param_0[16],
                .param .u64 neighbours_param_1,
                .param .u64 neighbours_param_2
            )
            { ret; }
            """;

    private static Path source(Path directory) throws IOException {
        return Files.writeString(directory.resolve("neighbours.cu"), NEIGHBOURS);
    }

    private static float[] run(CUfunc_st kernel, Device device, long last) {
        long x = Device.floats(1, 2, 3, 4);
        long y = Device.allocate(16);
        assertThat(launch(device, kernel, x, y, last)).isZero();
        assertThat(cuStreamSynchronize(device.stream)).isZero();
        return Device.read(y, 4);
    }

    /// A launch whose first parameter is a structure of two addresses.
    private static int launch(Device device, CUfunc_st kernel, long x, long y, long last) {
        LongPointer values = new LongPointer(x, y, 4, last);
        PointerPointer<Pointer> addresses =
                new PointerPointer<>(values.getPointer(0), values.getPointer(2), values.getPointer(3));
        return cuLaunchKernel(kernel, 1, 1, 1, 4, 1, 1, 0, device.stream, addresses, (PointerPointer<Pointer>) null);
    }

    @Test
    void anImageOfNvccRunsByTheHostsBuildOfItsSource(@TempDir Path directory) throws IOException {
        try (Device device = new Device()) {
            CUmod_st module = Device.load(new BytePointer(PTX));
            CUfunc_st kernel = new CUfunc_st();
            assertThat(cuModuleGetFunction(kernel, module, "neighbours")).isEqualTo(500); // CUDA_ERROR_NOT_FOUND
            assertThat(log()).contains("no library of kernels has it");
            fake.kernels(List.of(FakeCuda.hostKernels(List.of(source(directory)), directory)));
            kernel = Device.function(Device.load(new BytePointer(PTX)), "neighbours");
            assertThat(run(kernel, device, 0)).containsExactly(4, 6, 8, 5);
            CUmod_st other = new CUmod_st();
            assertThat(cuModuleLoadData(other, new BytePointer(PTX.replace("[16]", "[24]"))))
                    .isZero();
            assertThat(cuModuleGetFunction(new CUfunc_st(), other, "neighbours"))
                    .isEqualTo(200); // CUDA_ERROR_INVALID_IMAGE
            assertThat(log()).contains("its parameters in the image differ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-ptx", "-cubin"})
    void whatNvccMakesIsRead(String form, @TempDir Path directory) throws IOException {
        assumeTrue(nvcc().isPresent(), "nvcc is not in PATH");
        Path image = directory.resolve("image");
        Output output = Builder.run(List.of(
                nvcc().orElseThrow().toString(),
                form,
                "-arch=sm_90",
                "-o",
                image.toString(),
                source(directory).toString()));
        assertThat(output.status()).as(output.text()).isZero();
        byte[] bytes = Files.readAllBytes(image);
        BytePointer data = new BytePointer(Arrays.copyOf(bytes, bytes.length + 1)); // a text ends with a zero
        try (Device device = new Device()) {
            fake.kernels(List.of(FakeCuda.hostKernels(List.of(source(directory)), directory)));
            CUmod_st module = Device.load(data);
            assertThat(run(Device.function(module, "neighbours"), device, 0)).containsExactly(4, 6, 8, 5);
            assertThat(cuModuleGetFunction(new CUfunc_st(), module, "neighbour"))
                    .isEqualTo(500);
            fake.capability(8, 9);
            assertThat(cuModuleLoadData(new CUmod_st(), data)).isEqualTo(209); // NO_BINARY_FOR_GPU
        }
    }

    private static Optional<Path> nvcc() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(directory -> Path.of(directory, "nvcc"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Output replayed(Path directory, long last) throws IOException {
        Path recording = Files.createDirectories(directory.resolve("recording"));
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel("neighbours", NEIGHBOURS);
            fake.record(recording);
            run(kernel, device, last);
            run(kernel, device, last); // of the same kind: not recorded
        }
        return FakeCuda.replay(recording, List.of(source(directory)), directory);
    }

    @Test
    void aCleanLaunchIsRepeatedWithTheSameResult(@TempDir Path directory) throws IOException {
        Output output = replayed(directory, 0);
        assertThat(output.text()).contains("1 launches repeated, 0 of them differ");
        assertThat(output.status()).isZero();
    }

    // x[4] is behind the allocation, but not behind what the fake driver rounds it up to
    @Test
    void aReadBehindAnAllocationIsReported(@TempDir Path directory) throws IOException {
        Output output = replayed(directory, 4);
        assertThat(output.text()).contains("heap-buffer-overflow", "neighbours.cu:7");
        assertThat(output.status()).isNotZero();
    }
}
