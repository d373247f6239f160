package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuCtxSynchronize;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetAttribute;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetCount;
import static org.bytedeco.cuda.global.cudart.cuDriverGetVersion;
import static org.bytedeco.cuda.global.cudart.cuEventCreate;
import static org.bytedeco.cuda.global.cudart.cuEventRecord;
import static org.bytedeco.cuda.global.cudart.cuGetErrorName;
import static org.bytedeco.cuda.global.cudart.cuInit;
import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemAllocManaged;
import static org.bytedeco.cuda.global.cudart.cuMemFree;
import static org.bytedeco.cuda.global.cudart.cuMemFreeHost;
import static org.bytedeco.cuda.global.cudart.cuMemHostAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoHAsync;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoD;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuMemsetD32Async;
import static org.bytedeco.cuda.global.cudart.cuStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cuStreamQuery;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;
import static org.bytedeco.cuda.global.cudart.cuStreamWaitEvent;

import dev.parity.fakes.Live;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory, streams and what a test can make the driver do. Codes are those of `cuda.h`.
final class DriverTest extends FakeTest {
    private static final int INVALID_VALUE = 1;
    private static final int OUT_OF_MEMORY = 2;
    private static final int NOT_READY = 600;
    private static final int ILLEGAL_ADDRESS = 700;
    private static final int NOT_SUPPORTED = 801;

    private static final String PUT = "extern \"C\" __global__ void put(float* y, long long v) { *y = v; }";

    @Test
    void settingsAreSeen() {
        int[] value = new int[1];
        fake.devices(3).capability(8, 6).driverVersion(12080);
        assertThat(cuDriverGetVersion(value)).isZero();
        assertThat(value).containsExactly(12080);
        assertThat(cuDeviceGetCount(value)).isEqualTo(3); // CUDA_ERROR_NOT_INITIALIZED
        assertThat(cuInit(0)).isZero();
        assertThat(cuDeviceGetCount(value)).isZero();
        assertThat(value).containsExactly(3);
        assertThat(cuDeviceGetAttribute(value, 75, 2)).isZero();
        assertThat(value).containsExactly(8);
        fake.devices(0);
        assertThat(cuInit(0)).isEqualTo(100); // CUDA_ERROR_NO_DEVICE
        fake.initResult(802);
        assertThat(cuInit(0)).isEqualTo(802);
    }

    @Test
    void memoryIsLimitedPoisonedAndFreedOnce() {
        fake.memory(1000);
        try (Device _ = new Device()) {
            long x = Device.allocate(600);
            assertThat(Device.read(x, 150)).containsOnly(Float.NaN);
            assertThat(cuMemAlloc(new long[1], 401)).isEqualTo(OUT_OF_MEMORY);
            assertThat(cuMemcpyHtoD(x, new FloatPointer(151), 604)).isEqualTo(INVALID_VALUE);
            assertThat(log()).contains("604 bytes at", "are not inside one allocation");
            assertThat(cuMemFree(x)).isZero();
            assertThat(cuMemFree(x)).isEqualTo(INVALID_VALUE);
            assertThat(log()).contains("is not an allocation, or is free");
        }
    }

    @Test
    void useAfterAFreeIsSeen() {
        try (Device device = new Device()) {
            CUfunc_st put = Device.kernel("put", PUT);
            long x = Device.allocate(4);
            assertThat(cuMemFree(x)).isZero();
            Device.allocate(4); // does not get the same address
            assertThat(device.launch(put, 1, 1, 0, x, 1)).isZero();
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(ILLEGAL_ADDRESS);
        }
    }

    @Test
    void anotherDevicesMemoryIsNotTouched() {
        fake.devices(2);
        try (Device _ = new Device(0)) {
            long x = Device.allocate(4);
            try (Device second = new Device(1)) {
                CUfunc_st put = Device.kernel("put", PUT);
                assertThat(second.launch(put, 1, 1, 0, x, 1)).isZero();
                assertThat(cuCtxSynchronize()).isEqualTo(ILLEGAL_ADDRESS);
                assertThat(log()).contains("address on another device");
            }
        }
    }

    private static FloatPointer pinned(long bytes) {
        PointerPointer<FloatPointer> memory = new PointerPointer<>(1);
        assertThat(cuMemHostAlloc(memory, bytes, 0)).isZero();
        return new FloatPointer(memory.get(FloatPointer.class)).capacity(bytes / 4);
    }

    // as the driver does it: pinned memory is read when the copy runs, pageable memory before the call returns
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyReadsPinnedMemoryWhenItRuns(boolean isPinned) {
        fake.lazy(true);
        try (Device device = new Device()) {
            FloatPointer host = isPinned ? pinned(4) : new FloatPointer(1);
            long x = Device.allocate(4);
            host.put(0, 1);
            assertThat(cuMemcpyHtoDAsync(x, host, 4, device.stream)).isZero();
            host.put(0, 2);
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            assertThat(Device.read(x, 1)).containsExactly(isPinned ? 2 : 1);
            assertThat(fake.count(isPinned ? "copy HtoD pinned" : "copy HtoD pageable"))
                    .isEqualTo(1);
            assertThat(fake.count("copy HtoD pinned bytes")).isEqualTo(isPinned ? 4 : 0);
        }
    }

    @Test
    void aMissingSynchronizeShowsWhenStreamsAreLazy() {
        fake.lazy(true);
        try (Device device = new Device()) {
            FloatPointer host = pinned(4);
            long x = Device.floats(1);
            assertThat(cuMemcpyDtoHAsync(host, x, 4, device.stream)).isZero();
            assertThat(host.get(0)).isNaN();
            assertThat(cuStreamQuery(device.stream)).isZero(); // asking lets it go on, by one piece
            assertThat(host.get(0)).isEqualTo(1);
            assertThat(cuMemcpyDtoHAsync(host, x, 4, device.stream)).isZero();
            assertThat(cuMemsetD32Async(x, 0, 1, device.stream)).isZero();
            assertThat(cuStreamQuery(device.stream)).isEqualTo(NOT_READY);
        }
    }

    private static float acrossStreams(boolean waits) {
        fake.lazy(true);
        try (Device device = new Device()) {
            CUfunc_st put = Device.kernel("put", PUT);
            CUstream_st other = Device.stream(Device.NON_BLOCKING);
            FloatPointer host = pinned(4);
            long x = Device.floats(1);
            assertThat(device.launch(put, 1, 1, 0, x, 2)).isZero();
            CUevent_st event = new CUevent_st();
            assertThat(cuEventCreate(event, 2)).isZero();
            assertThat(cuEventRecord(event, device.stream)).isZero();
            if (waits) {
                assertThat(cuStreamWaitEvent(other, event, 0)).isZero();
            }
            assertThat(cuMemcpyDtoHAsync(host, x, 4, other)).isZero();
            assertThat(cuStreamSynchronize(other)).isZero();
            return host.get(0);
        }
    }

    @Test
    void aMissingWaitForAnEventShowsWhenStreamsAreLazy() {
        assertThat(acrossStreams(true)).isEqualTo(2);
        assertThat(acrossStreams(false)).isEqualTo(1);
    }

    @Test
    void theLegacyStreamAndBlockingStreamsWaitForEachOther() {
        fake.lazy(true);
        try (Device device = new Device()) {
            CUfunc_st put = Device.kernel("put", PUT);
            CUstream_st blocking = Device.stream(Device.BLOCKING);
            long x = Device.floats(1);
            assertThat(Device.launch(blocking, put, 1, 1, 0, x, 2)).isZero();
            assertThat(Device.read(x, 1)).containsExactly(2); // the read is of the legacy stream
            assertThat(device.launch(put, 1, 1, 0, x, 3)).isZero();
            assertThat(Device.read(x, 1)).containsExactly(2); // which does not wait for this one
        }
    }

    @Test
    void aPlannedFailureComesAtItsCallAndOnce() {
        try (Device _ = new Device()) {
            fake.fail("cuMemAlloc", 2, OUT_OF_MEMORY);
            long[] x = new long[1];
            assertThat(cuMemAlloc(x, 4)).isZero();
            assertThat(cuMemAlloc(x, 4)).isEqualTo(OUT_OF_MEMORY);
            assertThat(cuMemAlloc(x, 4)).isZero();
        }
    }

    @Test
    void aPlannedFailureOfAKernelIsSticky() {
        try (Device device = new Device()) {
            CUfunc_st put = Device.kernel("put", PUT);
            long x = Device.allocate(4);
            fake.fail("kernel put", 2, 214); // CUDA_ERROR_ECC_UNCORRECTABLE
            assertThat(device.launch(put, 1, 1, 0, x, 1)).isZero();
            assertThat(device.launch(put, 1, 1, 0, x, 1)).isZero();
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(214);
            assertThat(cuMemFree(x)).isEqualTo(214); // freed nevertheless
            assertThat(fake.live()).extracting(Live::kind).doesNotContain("allocation");
        }
    }

    @Test
    void whatIsNotGivenBackIsLive() {
        FloatPointer host;
        CUstream_st other;
        try (Device _ = new Device()) {
            Device.allocate(100);
            host = pinned(8);
            other = Device.stream(Device.BLOCKING);
            assertThat(cuMemFreeHost(host)).isZero();
            assertThat(cuStreamDestroy(other)).isZero();
            assertThat(cuStreamDestroy(other)).isEqualTo(400); // CUDA_ERROR_INVALID_HANDLE
            assertThat(fake.live())
                    .extracting(Live::kind)
                    .containsExactlyInAnyOrder("allocation", "stream", "primary context");
        }
        assertThat(fake.live()).extracting(Live::kind).containsExactlyInAnyOrder("allocation", "stream");
        assertThat(fake.live()).extracting(Live::bytes).contains(100L);
    }

    @Test
    void whatTheFakeDoesNotHaveIsNotSupported() {
        try (Device _ = new Device()) {
            assertThat(cuMemAllocManaged(new long[1], 4, 1)).isEqualTo(NOT_SUPPORTED);
            assertThat(fake.count("unimplemented cuMemAllocManaged")).isEqualTo(1);
        }
    }

    @Test
    void errorsHaveNames() {
        PointerPointer<BytePointer> name = new PointerPointer<>(1);
        assertThat(cuGetErrorName(700, name)).isZero();
        assertThat(name.get(BytePointer.class).getString()).isEqualTo("CUDA_ERROR_ILLEGAL_ADDRESS");
    }
}
