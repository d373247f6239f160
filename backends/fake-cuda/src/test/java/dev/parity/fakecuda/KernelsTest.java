package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KernelsTest {
    static FakeCuda fake;

    @BeforeAll
    static void load() {
        assumeTrue(FakeCuda.missing().isEmpty(), () -> FakeCuda.missing().orElseThrow());
        fake = FakeCuda.load();
    }

    @BeforeEach
    void reset() {
        fake.reset();
    }

    @Test
    void aKernelMadeByAMacroRuns() {
        try (Device device = new Device()) {
            var add = Device.kernel("add_float", """
                    #define ADD(T) extern "C" __global__ void __launch_bounds__(64) add_##T(const T* a, const T* b, T* sum, long long n) { \\
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
        }
    }
}
