package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.fakes.Live;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/// Misuse of the runtime, planted and caught.
final class RuntimeTest extends FakeTest {
    private static final int NO_CONTEXT = 107002;
    private static final int STREAM_OF_ANOTHER_CONTEXT = 107003;
    private static final int WRONG = 107000;
    private static final int WRONG_HANDLE = 107017;
    private static final int UNSUPPORTED = 207000;

    @Test
    void aThreadWithoutADeviceHasNoContext() throws InterruptedException {
        try (Npu npu = new Npu(fake)) {
            int[] code = new int[1];
            Thread thread = new Thread(
                    () -> code[0] = npu.call("aclrtMalloc", npu.arena.allocate(ValueLayout.ADDRESS), 64L, 0));
            thread.start();
            thread.join();
            assertThat(code[0]).isEqualTo(NO_CONTEXT);
            assertThat(log()).contains("call aclrtSetDevice on it");
        }
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        fake.devices(2);
        try (Npu npu = new Npu(fake)) {
            assertThat(npu.call("aclrtSetDevice", 2)).isEqualTo(107001);
            assertThat(npu.message()).contains("device 2 of 2");
            npu.ok("aclrtSetDevice", 1);
        }
    }

    @Test
    void aSecondInitialisationSaysSo() {
        try (Npu npu = new Npu(fake)) {
            assertThat(npu.call("aclInit", MemorySegment.NULL)).isEqualTo(100002);
        }
    }

    @Test
    void memoryIsFreedOnce() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment memory = npu.malloc(64);
            npu.ok("aclrtFree", memory);
            assertThat(npu.call("aclrtFree", memory)).isEqualTo(WRONG);
            assertThat(npu.message()).contains("freed memory of device 0");
        }
    }

    @Test
    void memoryIsNotFreedBeforeItsStreamWasSynchronised() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment memory = npu.malloc(64);
            npu.ok("aclrtMemsetAsync", memory, 64L, 0, 64L, npu.stream);
            assertThat(npu.call("aclrtFree", memory)).isEqualTo(WRONG);
            assertThat(npu.message()).contains("was synchronised");
            npu.ok("aclrtSynchronizeStream", npu.stream);
            npu.ok("aclrtFree", memory);
        }
    }

    @Test
    void aDeviceHasOnlyItsMemory() {
        fake.memory(1000);
        try (Npu npu = new Npu(fake)) {
            npu.malloc(600);
            assertThat(npu.call("aclrtMalloc", npu.arena.allocate(ValueLayout.ADDRESS), 500L, 0))
                    .isEqualTo(207001);
            assertThat(npu.message()).contains("500 bytes of 400 left");
        }
    }

    @Test
    void aCopyStaysInItsAllocation() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment host = npu.arena.allocate(128);
            assertThat(npu.call("aclrtMemcpy", npu.malloc(64), 128L, host, 128L, Npu.TO_DEVICE))
                    .isEqualTo(WRONG);
        }
    }

    @Test
    void anAsynchronousCopyNeedsPinnedMemory() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment memory = npu.malloc(64);
            MemorySegment host = npu.arena.allocate(64);
            assertThat(npu.call("aclrtMemcpyAsync", memory, 64L, host, 64L, Npu.TO_DEVICE, npu.stream))
                    .isEqualTo(WRONG);
            MemorySegment pinned = npu.created("aclrtMallocHost", 64L);
            npu.ok("aclrtMemcpyAsync", memory, 64L, pinned, 64L, Npu.TO_DEVICE, npu.stream);
        }
    }

    @Test
    void handlesAreUsedUntilTheyAreDestroyed() {
        try (Npu npu = new Npu(fake)) {
            npu.ok("aclrtDestroyStream", npu.stream);
            assertThat(npu.call("aclrtSynchronizeStream", npu.stream)).isEqualTo(WRONG_HANDLE);
            assertThat(npu.call("aclrtDestroyStream", npu.stream)).isEqualTo(WRONG_HANDLE);
            MemorySegment event = npu.created("aclrtCreateEvent");
            assertThat(npu.call("aclrtSynchronizeStream", event)).isEqualTo(WRONG_HANDLE);
        }
    }

    @Test
    void aStreamStaysInItsContext() {
        fake.devices(2);
        try (Npu npu = new Npu(fake)) {
            npu.ok("aclrtSetDevice", 1);
            assertThat(npu.call("aclrtSynchronizeStream", npu.stream)).isEqualTo(STREAM_OF_ANOTHER_CONTEXT);
        }
    }

    @Test
    void lazyStreamsShowAMissingWait() {
        fake.lazy(true);
        try (Npu npu = new Npu(fake)) {
            MemorySegment first = npu.put(Npu.FP32, 1);
            MemorySegment second = npu.put(Npu.FP32, 2);
            MemorySegment other = npu.created("aclrtCreateStream");
            MemorySegment event = npu.created("aclrtCreateEvent");
            npu.ok("aclrtMemsetAsync", first, 4L, 0, 4L, npu.stream);
            npu.ok("aclrtRecordEvent", event, npu.stream);
            npu.ok("aclrtMemcpyAsync", second, 4L, first, 4L, 3, other);
            npu.ok("aclrtSynchronizeStream", other);
            assertThat(npu.get(Npu.FP32, second, 1)).as("without a wait").containsExactly(1);
            npu.ok("aclrtStreamWaitEvent", other, event);
            npu.ok("aclrtMemcpyAsync", second, 4L, first, 4L, 3, other);
            npu.ok("aclrtSynchronizeStream", other);
            assertThat(npu.get(Npu.FP32, second, 1)).as("with a wait").containsExactly(0);
            npu.ok("aclrtFree", first); // whose stream was waited for through the other
        }
    }

    @Test
    void theFirstGenerationOnlySaturates() {
        fake.soc("Ascend910A");
        try (Npu npu = new Npu(fake)) {
            assertThat(npu.call("aclrtSetDeviceSatMode", 1)).isEqualTo(UNSUPPORTED);
            npu.ok("aclrtSetDeviceSatMode", 0);
        }
    }

    @Test
    void failuresComeWhenTheyWerePlanned() {
        try (Npu npu = new Npu(fake)) {
            fake.fail("aclrtMalloc", 2, 207018);
            npu.malloc(64);
            assertThat(npu.call("aclrtMalloc", npu.arena.allocate(ValueLayout.ADDRESS), 64L, 0))
                    .isEqualTo(207018);
            npu.malloc(64);
            assertThat(fake.count("aclrtMalloc")).isEqualTo(3);
        }
    }

    @Test
    void aLostDeviceFailsCalls() {
        try (Npu npu = new Npu(fake)) {
            fake.lost(true);
            assertThat(npu.call("aclrtSynchronizeStream", npu.stream)).isEqualTo(507010);
        }
    }

    @Test
    void whatLivesIsListed() {
        try (Npu npu = new Npu(fake)) {
            npu.malloc(100);
            npu.scalar(1);
            assertThat(fake.live())
                    .extracting(Live::kind)
                    .containsExactlyInAnyOrder("memory", "scalar", "stream", "device");
            assertThat(fake.live()).extracting(Live::bytes).contains(100L);
        }
    }
}
