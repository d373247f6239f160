package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuCtxSynchronize;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;

import java.util.Arrays;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What kernels may do, and what is seen when they do what they may not.
final class KernelsTest extends FakeTest {
    private static final int OUT_OF_RESOURCES = 701;
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int LAUNCH_FAILED = 719;

    @Test
    void aKernelMadeByAMacroRuns() {
        try (Device device = new Device()) {
            CUfunc_st add = Device.kernel("add_float", """
                    #define ADD(T) extern "C" __global__ void __launch_bounds__(64) \\
                    add_##T(const T* a, const T* b, T* sum, long long n) { \\
                        long long i = blockIdx.x * blockDim.x + threadIdx.x; \\
                        if (i < n) sum[i] = a[i] + b[i]; \\
                    }
                    ADD(float)
                    ADD(double)
                    """);
            long sum = Device.allocate(12);
            assertThat(device.launch(add, 2, 2, 0, Device.floats(1, 2, 3), Device.floats(10, 20, 30), sum, 3))
                    .isZero();
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            assertThat(Device.read(sum, 3)).containsExactly(11, 22, 33);
            assertThat(fake.count("kernel add_float")).isEqualTo(1);
            assertThat(device.launch(add, 1, 65, 0, 0, 0, 0, 0)).isEqualTo(OUT_OF_RESOURCES);
        }
    }

    /// A sum over 64 threads; `BARRIER;` stands where a barrier is or is missing.
    private static final String SUM = """
            extern "C" __global__ void sum(const float* x, float* y) {
                __shared__ float part[64];
                part[threadIdx.x] = x[threadIdx.x];
                BARRIER;
                for (int n = 32; n > 0; n /= 2) {
                    if (threadIdx.x < n) part[threadIdx.x] += part[threadIdx.x + n];
                    __syncthreads();
                }
                if (threadIdx.x == 0) *y = part[0];
            }
            """;

    private static float sum(String barrier, ThreadOrder order) {
        try (Device device = new Device()) {
            fake.order(order, 1);
            CUfunc_st kernel = Device.kernel("sum", SUM.replace("BARRIER", barrier));
            float[] ones = new float[64];
            Arrays.fill(ones, 1);
            long y = Device.allocate(4);
            assertThat(device.launch(kernel, 1, 64, 0, Device.floats(ones), y)).isZero();
            assertThat(cuCtxSynchronize()).isZero();
            return Device.read(y, 1)[0];
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSumWithItsBarriersDoesNotDependOnTheOrder(ThreadOrder order) {
        assertThat(sum("__syncthreads()", order)).isEqualTo(64);
    }

    // in descending order thread n finds what thread n+32 has written: only the other two see that the barrier is
    // missing
    @ParameterizedTest
    @CsvSource({"ASCENDING, true", "DESCENDING, false", "SHUFFLED, true"})
    void aMissingBarrierShows(ThreadOrder order, boolean shows) {
        assertThat(Float.isNaN(sum("", order))).isEqualTo(shows);
    }

    @Test
    void sharedMemoryStartsAsNaNInEachBlock() {
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel("stale", """
                    extern "C" __global__ void stale(float* y) {
                        __shared__ float one, more[2];
                        extern __shared__ float dynamic[];
                        y[3 * blockIdx.x] = one;
                        y[3 * blockIdx.x + 1] = more[1];
                        y[3 * blockIdx.x + 2] = dynamic[0];
                        one = more[1] = dynamic[0] = 7;
                    }
                    """);
            long y = Device.allocate(24);
            assertThat(device.launch(kernel, 2, 1, 4, y)).isZero();
            assertThat(cuCtxSynchronize()).isZero();
            assertThat(Device.read(y, 6)).containsOnly(Float.NaN);
        }
    }

    @Test
    void warpsShuffleAndVote() {
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel("warp", """
                    extern "C" __global__ void warp(float* y) {
                        int lane = threadIdx.x;
                        float v = lane;
                        for (int d = 16; d > 0; d /= 2) v += __shfl_down_sync(0xffffffffu, v, d);
                        float all = __shfl_sync(~0u, v, 0);
                        float up = __shfl_up_sync(~0u, (float) lane, 1);
                        float other = __shfl_xor_sync(~0u, (float) lane, 1);
                        unsigned odd = __ballot_sync(~0u, lane & 1);
                        if (lane == 5) {
                            y[0] = all; y[1] = up; y[2] = other; y[3] = odd == 0xaaaaaaaau;
                        }
                        bool any = __any_sync(~0u, lane == 3), every = __all_sync(~0u, lane < 32);
                        if (lane == 0) { y[4] = any && every; y[5] = up; }
                    }
                    """);
            long y = Device.allocate(24);
            assertThat(device.launch(kernel, 1, 32, 0, y)).isZero();
            assertThat(cuCtxSynchronize()).isZero();
            assertThat(Device.read(y, 6)).containsExactly(496, 4, 4, 1, 1, 0); // 496 = 0 + … + 31
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "if (threadIdx.x < 3) __syncthreads(); | 3 of 32 threads wait at __syncthreads(), the others have returned",
                "if (threadIdx.x < 3) __syncthreads(); else __syncwarp(); | 3 of 32 threads wait at __syncthreads(), 29 in a warp",
                "if (threadIdx.x > 0) __shfl_sync(~0u, 1.0f, 0); | in a warp operation that not all lanes",
                "if (threadIdx.x > 0) __syncwarp(1); | mask that does not name it",
                "threadIdx.x < 3 ? __any_sync(~0u, 1) : (__syncwarp(), 0); | different warp operations",
                "if (threadIdx.x == 2) __trap(); | __trap(), thread (2,0,0) of block (0,0,0)"
            })
    void whatThreadsCannotDoTogetherEndsTheLaunch(String statement, String message) {
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel("k", "extern \"C\" __global__ void k() { %s }".formatted(statement));
            assertThat(device.launch(kernel, 1, 32, 0)).isZero();
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(LAUNCH_FAILED);
            assertThat(log()).contains(message);
            assertThat(device.launch(kernel, 1, 32, 0)).isEqualTo(LAUNCH_FAILED); // for ever
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x[n] = 1; | a write behind an allocation of 12 bytes",
                "x[-1] = 1; | a write before an allocation of 12 bytes",
                "x[1000000] = 1; | not the device's",
                "x[0] = x[100 + n]; | not the device's",
                "*(float*) 8 = 1; | not the device's",
                "extern __shared__ float s[]; s[2] = 1; | dynamic shared memory written behind its 8 bytes",
                "extern __shared__ float s[]; s[40] = 1; | not the device's",
                "volatile float big[100000]; big[0] = n; x[0] = big[0]; | exceed its stack"
            })
    void memoryOfOthersIsNotTouched(String statement, String message) {
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel(
                    "k", "extern \"C\" __global__ void k(float* x, long long n) { %s }".formatted(statement));
            long x = Device.floats(1, 2, 3);
            assertThat(device.launch(kernel, 1, 1, 8, x, 3)).isZero();
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(ILLEGAL_ADDRESS);
            assertThat(log()).contains(message);
            assertThat(cuCtxSynchronize()).isEqualTo(ILLEGAL_ADDRESS); // for ever
        }
        try (Device again = new Device()) { // but not for the next context
            assertThat(cuStreamSynchronize(again.stream)).isZero();
        }
    }

    // binary16 and bfloat16 by hand: 2049 lies between 2048 and 2050, to even; 1 + 2^-8 between 1 and 1 + 2^-7
    @Test
    void smallFloatsRoundToNearestEven() {
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel("small", """
                    #include <cuda_fp16.h>
                    #include <cuda_bf16.h>
                    extern "C" __global__ void small(float* y) {
                        y[0] = __half2float(__hadd(__float2half_rn(2048.0f), __float2half_rn(1.0f)));
                        y[1] = __half2float(__float2half_rn(65520.0f));
                        y[2] = __half_as_ushort(__float2half_rn(nanf("")));
                        y[3] = __bfloat162float(__float2bfloat16_rn(1.00390625f));
                        y[4] = __bfloat162float(__float2bfloat16_rn(1.01171875f));
                        y[5] = __half2float(__float2half_rn(2.98023223876953125e-8f));
                    }
                    """);
            long y = Device.allocate(24);
            assertThat(device.launch(kernel, 1, 1, 0, y)).isZero();
            assertThat(cuCtxSynchronize()).isZero();
            assertThat(Device.read(y, 6)).containsExactly(2048, Float.POSITIVE_INFINITY, 0x7FFF, 1, 1.015625f, 0);
        }
    }

    private static final String TILES = """
            #include <mma.h>
            using namespace nvcuda;
            extern "C" __global__ void tiles(const float* a, const float* b, float* d) {
                __shared__ TYPE sa[16 * DEPTH], sb[DEPTH * 16];
                for (int i = threadIdx.x; i < 16 * DEPTH; i += 32) { sa[i] = a[i]; sb[i] = b[i]; }
                __syncwarp();
                wmma::fragment<wmma::matrix_a, 16, 16, DEPTH, OPERAND, wmma::row_major> fa;
                wmma::fragment<wmma::matrix_b, 16, 16, DEPTH, OPERAND, wmma::col_major> fb;
                wmma::fragment<wmma::accumulator, 16, 16, DEPTH, float> fd;
                wmma::fill_fragment(fd, 0.5f);
                wmma::load_matrix_sync(fa, sa, DEPTH);
                wmma::load_matrix_sync(fb, sb, DEPTH);
                wmma::mma_sync(fd, fa, fb, fd);
                for (int e = 0; e < fd.num_elements; e++) fd.x[e] *= 2;
                wmma::store_matrix_sync(d, fd, 16, wmma::mem_row_major);
            }
            """;

    @ParameterizedTest
    @CsvSource({"__half, 16, __half", "__nv_bfloat16, 16, __nv_bfloat16", "float, 8, wmma::precision::tf32"})
    void tilesAreMultiplied(String type, int depth, String operand) {
        try (Device device = new Device()) {
            CUfunc_st kernel = Device.kernel(
                    "tiles",
                    TILES.replace("TYPE", type).replace("DEPTH", "" + depth).replace("OPERAND", operand));
            float[] a = new float[16 * depth];
            float[] b = new float[16 * depth]; // column-major
            for (int i = 0; i < a.length; i++) {
                a[i] = i % 7 - 3;
                b[i] = i % 5 - 2;
            }
            long d = Device.allocate(4 * 256);
            assertThat(device.launch(kernel, 1, 32, 0, Device.floats(a), Device.floats(b), d))
                    .isZero();
            assertThat(cuCtxSynchronize()).isZero();
            float[] expected = new float[256];
            for (int row = 0; row < 16; row++) {
                for (int column = 0; column < 16; column++) {
                    float sum = 0.5f;
                    for (int k = 0; k < depth; k++) {
                        sum += a[row * depth + k] * b[column * depth + k];
                    }
                    expected[row * 16 + column] = 2 * sum;
                }
            }
            assertThat(Device.read(d, 256)).containsExactly(expected);
        }
    }

    @Test
    void whatDoesNotCompileIsInTheLog() {
        Device.Compiled compiled = Device.compile("extern \"C\" __global__ void k() {\n  wrong;\n}", "-arch=sm_90");
        assertThat(compiled.status()).isEqualTo(6); // NVRTC_ERROR_COMPILATION
        assertThat(compiled.log()).contains("test.cu:2:3: error", "wrong");
        assertThat(Device.compile("", "--no-such-option").status()).isEqualTo(5); // NVRTC_ERROR_INVALID_OPTION
        assertThat(Device.compile("", "--gpu-architecture=sm_12").status()).isEqualTo(5);
    }

    @Test
    void sharedMemoryOutsideOfAFunctionIsRefused() {
        Device.Compiled compiled = Device.compile("extern __shared__ float s[];", "-arch=sm_90");
        assertThat(compiled.log()).contains("extern __shared__ has to stand in a function");
    }

    @Test
    void aSourceKnowsItsTarget() {
        String source = "static_assert(__CUDA_ARCH__ == 800, \"\");";
        assertThat(Device.compile(source, "-arch=sm_80").status()).isZero();
        assertThat(Device.compile(source, "-arch=sm_90").status()).isEqualTo(6);
    }

    @Test
    void anImageForANewerDeviceIsRefused() {
        fake.capability(8, 0);
        try (Device _ = new Device()) {
            Device.Compiled compiled =
                    Device.compile("extern \"C\" __global__ void k() {}", "--gpu-architecture=sm_90");
            assertThat(cuModuleLoadData(new CUmod_st(), compiled.image())).isEqualTo(209); // NO_BINARY_FOR_GPU
        }
    }
}
