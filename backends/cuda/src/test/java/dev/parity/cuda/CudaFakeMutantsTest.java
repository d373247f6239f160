package dev.parity.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.cuda.internal.driver.Device;
import dev.parity.cuda.internal.driver.Event;
import dev.parity.cuda.internal.driver.Pinned;
import dev.parity.cuda.internal.driver.Stream;
import dev.parity.fakecuda.FakeCuda;
import dev.parity.fakecuda.ThreadOrder;
import dev.parity.spi.BackendException;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Mistakes planted in the kernels and beside them, of which the fake device sees each one.
@DisplayName("fake device, planted mistakes")
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CudaFakeMutantsTest {
    private static final String SOURCES = "parity.cuda.sources";
    private FakeCuda fake;

    @BeforeEach
    void reset() {
        fake = FakeGpu.fresh();
    }

    @AfterEach
    void honestSources() {
        System.clearProperty(SOURCES);
    }

    /// A product of 40 by 72 by 40: several steps of k, and tiles that stand out.
    private static List<Double> product(ElementType type) {
        return Arrays.stream(OneRank.product(Backends.provider("cuda"), type, 40, 72))
                .boxed()
                .toList();
    }

    private Set<List<Double>> inAllOrders(ElementType type) {
        Set<List<Double>> found = new HashSet<>();
        for (ThreadOrder order : ThreadOrder.values()) {
            fake.reset().order(order, 5);
            found.add(product(type));
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "FP32"})
    void honestKernelsGiveTheSameInAllOrders(ElementType type) {
        assertThat(inAllOrders(type)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP16", "FP32"})
    void aMissingSyncthreadsShowsInSomeOrder(ElementType type, @TempDir Path folder) {
        List<Double> honest = product(type);
        KernelFiles.copy(folder, "products.cuh", "__syncthreads();\n        cores.add(a, b);", "cores.add(a, b);");
        System.setProperty(SOURCES, folder.toString());
        Set<List<Double>> found = inAllOrders(type);
        found.remove(honest);
        assertThat(found).as("results that are not the honest one").isNotEmpty();
    }

    @Test
    void aTileThatIsOneRowTooLongIsAnIllegalAddress(@TempDir Path folder) {
        KernelFiles.copy(
                folder, "products.cuh", "if (row < rows && column < columns)", "if (row <= rows && column < columns)");
        System.setProperty(SOURCES, folder.toString());
        assertThatThrownBy(() -> product(ElementType.FP32))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS")
                .hasMessageContaining("matmul_plain_fp32");
    }

    /// Without the wait, the other stream has not come to its copy.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMissingWaitBetweenStreamsShows(boolean waits) {
        fake.lazy(true);
        try (Device device = new Device(0);
                Stream writer = new Stream(device);
                Stream reader = new Stream(device);
                Event written = new Event(device);
                Pinned from = new Pinned(device, 4);
                Pinned to = new Pinned(device, 4)) {
            device.enter();
            long address = device.memory().allocate(4);
            from.bytes().putInt(0, 77);
            writer.upload(from, address, 4);
            written.record(writer);
            if (waits) {
                reader.await(written);
            }
            reader.download(address, to, 4);
            reader.synchronize();
            assertThat(to.bytes().getInt(0) == 77).isEqualTo(waits);
            writer.synchronize();
            device.memory().free(address);
        }
        assertThat(fake.live()).isEmpty();
    }
}
