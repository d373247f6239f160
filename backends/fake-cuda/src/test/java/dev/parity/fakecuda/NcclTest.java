package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuCtxSetCurrent;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;
import static org.bytedeco.cuda.global.nccl.ncclAllReduce;
import static org.bytedeco.cuda.global.nccl.ncclBroadcast;
import static org.bytedeco.cuda.global.nccl.ncclCommDestroy;
import static org.bytedeco.cuda.global.nccl.ncclCommGetAsyncError;
import static org.bytedeco.cuda.global.nccl.ncclCommInitRank;
import static org.bytedeco.cuda.global.nccl.ncclFloat16;
import static org.bytedeco.cuda.global.nccl.ncclFloat32;
import static org.bytedeco.cuda.global.nccl.ncclGetUniqueId;
import static org.bytedeco.cuda.global.nccl.ncclGroupEnd;
import static org.bytedeco.cuda.global.nccl.ncclGroupStart;
import static org.bytedeco.cuda.global.nccl.ncclMax;
import static org.bytedeco.cuda.global.nccl.ncclRecv;
import static org.bytedeco.cuda.global.nccl.ncclSend;
import static org.bytedeco.cuda.global.nccl.ncclSum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.cuda.nccl.ncclComm;
import org.bytedeco.cuda.nccl.ncclUniqueId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Collectives of ranks that are threads with a device each.
final class NcclTest extends FakeTest {
    private static final int LAUNCH_FAILED = 719;
    private static final int INTERNAL_ERROR = 3;
    private static final int INVALID_USAGE = 5;

    @BeforeAll
    static void loadNccl() {
        FakeCuda.load("libnccl.so.2");
    }

    /// What a rank does, with its rank, device and communicator.
    private interface Rank {
        float[] run(int rank, Device device, ncclComm comm);
    }

    private static List<float[]> ranks(int count, Rank body) {
        fake.devices(count);
        ncclUniqueId id = new ncclUniqueId();
        assertThat(ncclGetUniqueId(id)).isZero();
        List<CompletableFuture<float[]>> ranks = new ArrayList<>();
        for (int rank = 0; rank < count; rank++) {
            int mine = rank;
            ranks.add(CompletableFuture.supplyAsync(
                    () -> {
                        try (Device device = new Device(mine)) {
                            ncclComm comm = new ncclComm();
                            assertThat(ncclCommInitRank(comm, count, id, mine)).isZero();
                            float[] result = body.run(mine, device, comm);
                            assertThat(ncclCommDestroy(comm)).isZero();
                            return result;
                        }
                    },
                    task -> Thread.ofPlatform().start(task)));
        }
        return ranks.stream().map(CompletableFuture::join).toList();
    }

    // as CollectiveTest has it of the CPU backend's ring, from numerics.md §4: {1024, 0.5, 0.5, 0.75} in fp16, where an
    // ulp at 1024 is 1; 8 elements in chunks of 2
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void anAllReduceAddsAsARingInItsType(boolean lazy) {
        float[] contributions = {1024, 0.5f, 0.5f, 0.75f};
        List<float[]> results = ranks(4, (rank, device, comm) -> {
            fake.lazy(lazy);
            short[] values = new short[8];
            Arrays.fill(values, Float.floatToFloat16(contributions[rank]));
            long x = Device.halves(values);
            assertThat(ncclAllReduce(Device.at(x), Device.at(x), 8, ncclFloat16, ncclSum, comm, device.stream))
                    .isZero();
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            return Device.readHalves(x, 8);
        });
        assertThat(results)
                .allSatisfy(
                        result -> assertThat(result).containsExactly(1026, 1026, 1026, 1026, 1026, 1026, 1025, 1025));
    }

    @Test
    void maximaBroadcastsAndTransfersInAGroup() {
        List<float[]> results = ranks(3, (rank, device, comm) -> {
            long x = Device.floats(rank, -rank, 7 * rank);
            long max = Device.allocate(12);
            long root = Device.allocate(12);
            long all = Device.allocate(12);
            assertThat(ncclAllReduce(Device.at(x), Device.at(max), 3, ncclFloat32, ncclMax, comm, device.stream))
                    .isZero();
            assertThat(ncclBroadcast(Device.at(x), Device.at(root), 3, ncclFloat32, 1, comm, device.stream))
                    .isZero();
            assertThat(ncclGroupStart()).isZero();
            for (int peer = 0; peer < 3; peer++) { // an all-to-all of one element each
                assertThat(ncclSend(Device.at(x + 4L * peer), 1, ncclFloat32, peer, comm, device.stream))
                        .isZero();
                assertThat(ncclRecv(Device.at(all + 4L * peer), 1, ncclFloat32, peer, comm, device.stream))
                        .isZero();
            }
            assertThat(ncclGroupEnd()).isZero();
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            assertThat(Device.read(max, 3)).containsExactly(2, 0, 14);
            assertThat(Device.read(root, 3)).containsExactly(1, -1, 7);
            return Device.read(all, 3);
        });
        assertThat(results.get(0)).containsExactly(0, 1, 2);
        assertThat(results.get(1)).containsExactly(0, -1, -2);
        assertThat(results.get(2)).containsExactly(0, 7, 14);
    }

    @Test
    void collectivesThatDoNotMatchFailAndAreNamed() {
        ranks(2, (rank, device, comm) -> {
            long x = Device.floats(1, 2, 3);
            assertThat(ncclAllReduce(Device.at(x), Device.at(x), 3 - rank, ncclFloat32, ncclSum, comm, device.stream))
                    .isZero();
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(LAUNCH_FAILED);
            int[] error = new int[1];
            assertThat(ncclCommGetAsyncError(comm, error)).isZero();
            assertThat(error).containsExactly(INTERNAL_ERROR);
            return new float[0];
        });
        assertThat(log())
                .contains("collectives do not match: rank 0: all-reduce of 3 float32, sum;"
                        + " rank 1: all-reduce of 2 float32, sum");
    }

    @Test
    void aRankThatDoesNotComeIsNotWaitedForForEver() {
        fake.timeout(200);
        ranks(2, (rank, device, comm) -> {
            if (rank == 0) {
                long x = Device.floats(1);
                assertThat(ncclAllReduce(Device.at(x), Device.at(x), 1, ncclFloat32, ncclSum, comm, device.stream))
                        .isZero();
                assertThat(cuStreamSynchronize(device.stream)).isEqualTo(LAUNCH_FAILED);
            }
            return new float[0];
        });
        assertThat(log()).contains("no rank met these in time: rank 0: all-reduce of 1 float32, sum");
    }

    // one thread that serves two devices: nothing but its group lets the second join while the first waits
    @Test
    void aThreadMayServeSeveralRanksInAGroup() {
        fake.devices(2);
        try (Device first = new Device(0)) {
            long x = Device.floats(1);
            try (Device second = new Device(1)) {
                long y = Device.floats(2);
                ncclComm[] comms = {new ncclComm(), new ncclComm()};
                ncclUniqueId id = new ncclUniqueId();
                assertThat(ncclGetUniqueId(id)).isZero();
                assertThat(ncclGroupStart()).isZero();
                assertThat(ncclCommInitRank(comms[1], 2, id, 1)).isZero();
                assertThat(cuCtxSetCurrent(first.context)).isZero();
                assertThat(ncclCommInitRank(comms[0], 2, id, 0)).isZero();
                assertThat(ncclGroupEnd()).isZero();
                assertThat(ncclAllReduce(Device.at(x), Device.at(x), 1, ncclFloat32, ncclSum, comms[0], first.stream))
                        .isZero();
                assertThat(ncclAllReduce(Device.at(y), Device.at(y), 1, ncclFloat32, ncclSum, comms[1], second.stream))
                        .isZero();
                assertThat(cuStreamSynchronize(first.stream)).isZero();
                assertThat(Device.read(x, 1)).containsExactly(3);
                assertThat(fake.live())
                        .filteredOn(live -> live.kind().equals("communicator"))
                        .hasSize(2);
            }
        }
    }

    @Test
    void twoRanksDoNotShareADevice() {
        try (Device _ = new Device()) {
            ncclUniqueId id = new ncclUniqueId();
            assertThat(ncclGetUniqueId(id)).isZero();
            assertThat(ncclGroupStart()).isZero();
            assertThat(ncclCommInitRank(new ncclComm(), 2, id, 0)).isZero();
            assertThat(ncclCommInitRank(new ncclComm(), 2, id, 1)).isZero();
            assertThat(ncclGroupEnd()).isEqualTo(INVALID_USAGE);
        }
    }
}
