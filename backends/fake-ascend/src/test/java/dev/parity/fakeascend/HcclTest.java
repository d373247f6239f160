package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Collectives with a thread and a device a rank.
@Timeout(60)
final class HcclTest extends FakeTest {
    private static final int HCCL_FP16 = 3;
    private static final int HCCL_FP32 = 4;
    private static final int HCCL_INT64 = 5;
    private static final int HCCL_UINT8 = 7;
    private static final int SUM = 0;

    /// One rank, on its device's thread.
    private interface Rank {
        double[] run(Npu npu, int rank, MemorySegment communicator, MemorySegment stream);
    }

    private static List<double[]> ranks(int number, boolean lazy, Rank rank) throws InterruptedException {
        fake.devices(number).lazy(lazy);
        try (Npu npu = new Npu(fake);
                ExecutorService threads = Executors.newFixedThreadPool(number)) {
            MemorySegment made = communicators(npu, number);
            List<Future<double[]>> futures = new ArrayList<>();
            for (int r = 0; r < number; r++) {
                int own = r;
                futures.add(threads.submit(() -> {
                    npu.ok("aclrtSetDevice", own);
                    MemorySegment stream = npu.created("aclrtCreateStream");
                    return rank.run(npu, own, made.getAtIndex(ValueLayout.ADDRESS, own), stream);
                }));
            }
            List<double[]> results = new ArrayList<>();
            for (Future<double[]> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError(log(), e);
        }
    }

    private static MemorySegment communicators(Npu npu, int number) {
        int[] devices = IntStream.range(0, number).toArray();
        MemorySegment made = npu.arena.allocate(ValueLayout.ADDRESS, number);
        npu.ok("HcclCommInitAll", number, npu.arena.allocateFrom(ValueLayout.JAVA_INT, devices), made);
        return made;
    }

    @ParameterizedTest
    @CsvSource({"2,false", "4,false", "2,true", "4,true"})
    void allRanksGetTheSum(int number, boolean lazy) throws InterruptedException {
        List<double[]> results = ranks(number, lazy, (npu, rank, communicator, stream) -> {
            MemorySegment data = npu.put(Npu.FP32, rank + 1, 10 * (rank + 1));
            npu.ok("HcclAllReduce", data, data, 2L, HCCL_FP32, SUM, communicator, stream);
            npu.ok("aclrtSynchronizeStream", stream);
            return npu.get(Npu.FP32, data, 2);
        });
        double sum = number * (number + 1) / 2.0;
        assertThat(results).allSatisfy(result -> assertThat(result).containsExactly(sum, 10 * sum));
    }

    /// Four numbers, 1024, 0.5, 0.5 and 0.75 of the ranks, in FP16: 1024.5 is a tie, which goes to 1024.
    /// From rank 0 on: 1024, 1024, 1025 after 0.75 (1024.75 is nearer to 1025). From rank 1: 1, 1.75,
    /// 1026 (1025.75).
    /// From rank 2: 1.25, 1025 (1025.25), 1026 (1025.5, to even). From rank 3: 1025 (1024.75), 1026 (to even),
    // 1026.
    @Test
    void eachChunkIsARunningSumFromItsOwner() throws InterruptedException {
        double[] values = {1024, 0.5, 0.5, 0.75};
        List<double[]> results = ranks(4, false, (npu, rank, communicator, stream) -> {
            if (rank == 0) {
                npu.ok("HcclSetConfig", 0, npu.arena.allocateFrom(ValueLayout.JAVA_INT, 1));
            }
            npu.ok("HcclBarrier", communicator, stream);
            npu.ok("aclrtSynchronizeStream", stream);
            double[] four = new double[4];
            Arrays.fill(four, values[rank]);
            MemorySegment data = npu.put(Npu.FP16, four);
            npu.ok("HcclAllReduce", data, data, 4L, HCCL_FP16, SUM, communicator, stream);
            npu.ok("aclrtSynchronizeStream", stream);
            return npu.get(Npu.FP16, data, 4);
        });
        assertThat(results).allSatisfy(result -> assertThat(result).containsExactly(1025, 1026, 1026, 1026));
    }

    @Test
    void blocksAndValuesTravel() throws InterruptedException {
        List<double[]> results = ranks(2, false, (npu, rank, communicator, stream) -> {
            MemorySegment sent = npu.put(Npu.FP32, 10 * rank, 10 * rank + 1);
            MemorySegment received = npu.put(Npu.FP32, 0, 0);
            npu.ok("HcclAlltoAll", sent, 1L, HCCL_FP32, received, 1L, HCCL_FP32, communicator, stream);
            npu.ok("HcclBroadcast", sent, 2L, HCCL_FP32, 1, communicator, stream);
            npu.ok("aclrtSynchronizeStream", stream);
            double[] both = Arrays.copyOf(npu.get(Npu.FP32, received, 2), 4);
            System.arraycopy(npu.get(Npu.FP32, sent, 2), 0, both, 2, 2);
            return both;
        });
        assertThat(results.get(0)).containsExactly(0, 10, 10, 11);
        assertThat(results.get(1)).containsExactly(1, 11, 10, 11);
    }

    @ParameterizedTest
    @ValueSource(ints = {HCCL_UINT8, HCCL_INT64})
    void whatCannotBeReducedIsRefused(int type) throws InterruptedException {
        fake.cann("8.1.RC1");
        List<double[]> codes = ranks(2, false, (npu, rank, communicator, stream) -> {
            MemorySegment data = npu.malloc(64);
            return new double[] {npu.call("HcclAllReduce", data, data, 8L, type, SUM, communicator, stream)};
        });
        assertThat(codes).allSatisfy(code -> assertThat(code).containsExactly(5));
        assertThat(log()).contains("cannot be reduced");
    }

    @Test
    void aRankThatNeverComesIsWaitedForOnlySoLong() throws InterruptedException {
        fake.timeout(200);
        List<double[]> codes = ranks(2, false, (npu, rank, communicator, stream) -> {
            if (rank == 1) {
                return new double[] {0};
            }
            MemorySegment data = npu.put(Npu.FP32, 1);
            npu.ok("HcclAllReduce", data, data, 1L, HCCL_FP32, SUM, communicator, stream);
            return new double[] {npu.call("aclrtSynchronizeStream", stream)};
        });
        assertThat(codes.getFirst()).containsExactly(507018);
        assertThat(log()).contains("rank 1 did not come");
    }

    @Test
    void collectivesThatDifferAreRefused() throws InterruptedException {
        List<double[]> codes = ranks(2, false, (npu, rank, communicator, stream) -> {
            MemorySegment data = npu.put(Npu.FP32, 1, 2);
            npu.ok("HcclAllReduce", data, data, rank + 1L, HCCL_FP32, SUM, communicator, stream);
            return new double[] {npu.call("aclrtSynchronizeStream", stream)};
        });
        assertThat(codes).allSatisfy(code -> assertThat(code).containsExactly(507018));
        assertThat(log()).contains("collectives differ");
    }

    @Test
    void aRankNeedsADeviceOfItsOwn() {
        fake.devices(2);
        try (Npu npu = new Npu(fake)) {
            MemorySegment devices = npu.arena.allocateFrom(ValueLayout.JAVA_INT, 0, 0);
            assertThat(npu.call("HcclCommInitAll", 2, devices, npu.arena.allocate(16)))
                    .isEqualTo(1);
            assertThat(npu.message()).contains("device 0 twice");
        }
    }
}
