package dev.parity.fakecuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.cuda.global.cudart.cuCtxSynchronize;
import static org.bytedeco.cuda.global.cudart.cuEventCreate;
import static org.bytedeco.cuda.global.cudart.cuEventRecord;
import static org.bytedeco.cuda.global.cudart.cuGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphGetNodes;
import static org.bytedeco.cuda.global.cudart.cuGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cuGraphLaunch;
import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemsetD32Async;
import static org.bytedeco.cuda.global.cudart.cuStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamIsCapturing;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;
import static org.bytedeco.cuda.global.cudart.cuStreamWaitEvent;

import dev.parity.fakes.Live;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.SizeTPointer;
import org.junit.jupiter.api.Test;

/// Captures. Codes are those of `cuda.h`.
final class GraphsTest extends FakeTest {
    private static final int GLOBAL = 0;
    private static final int UNSUPPORTED = 900;
    private static final int INVALIDATED = 901;
    private static final int UNJOINED = 904;
    private static final int IMPLICIT = 906;

    private static final String ADD = "extern \"C\" __global__ void add(float* y, long long v) { *y += v; }";

    @Test
    void aCapturedStepRunsWhenItsGraphIsLaunched() {
        try (Device device = new Device()) {
            CUfunc_st add = Device.kernel("add", ADD);
            long x = Device.floats(1);
            assertThat(cuStreamBeginCapture(device.stream, GLOBAL)).isZero();
            assertThat(device.launch(add, 1, 1, 0, x, 10)).isZero();
            assertThat(device.launch(add, 1, 1, 0, x, 100)).isZero();
            CUgraph_st graph = new CUgraph_st();
            assertThat(cuStreamEndCapture(device.stream, graph)).isZero();
            assertThat(Device.read(x, 1)).containsExactly(1);
            SizeTPointer nodes = new SizeTPointer(1);
            assertThat(cuGraphGetNodes(graph, (CUgraphNode_st) null, nodes)).isZero();
            assertThat(nodes.get()).isEqualTo(2);

            CUgraphExec_st executable = new CUgraphExec_st();
            assertThat(cuGraphInstantiate(executable, graph, 0)).isZero();
            assertThat(cuGraphDestroy(graph)).isZero();
            assertThat(cuGraphLaunch(executable, device.stream)).isZero();
            assertThat(cuGraphLaunch(executable, device.stream)).isZero();
            assertThat(cuStreamSynchronize(device.stream)).isZero();
            assertThat(Device.read(x, 1)).containsExactly(221);
            assertThat(fake.count("cuGraphLaunch")).isEqualTo(2);
            assertThat(fake.count("cuLaunchKernel")).isEqualTo(2);
            assertThat(fake.count("kernel add")).isEqualTo(4);
            assertThat(fake.live())
                    .extracting(Live::kind)
                    .contains("graph executable")
                    .doesNotContain("graph");
            assertThat(cuGraphExecDestroy(executable)).isZero();
        }
    }

    private static int endOfCapture(Device device) {
        return cuStreamEndCapture(device.stream, new CUgraph_st());
    }

    private static int status(Device device) {
        int[] status = new int[1];
        assertThat(cuStreamIsCapturing(device.stream, status)).isZero();
        return status[0];
    }

    @Test
    void waitingForACapturedStreamSpoilsTheCapture() {
        try (Device device = new Device()) {
            assertThat(cuStreamBeginCapture(device.stream, GLOBAL)).isZero();
            assertThat(status(device)).isEqualTo(1);
            assertThat(cuStreamSynchronize(device.stream)).isEqualTo(UNSUPPORTED);
            assertThat(status(device)).isEqualTo(2);
            long[] x = new long[1];
            assertThat(cuMemsetD32Async(0, 0, 0, device.stream)).isEqualTo(1); // not a device's address
            assertThat(endOfCapture(device)).isEqualTo(INVALIDATED);
            assertThat(status(device)).isZero();
            assertThat(cuMemAlloc(x, 4)).isZero();
        }
    }

    @Test
    void anAllocationSpoilsTheCaptureWhichRefusesMoreWork() {
        try (Device device = new Device()) {
            CUfunc_st add = Device.kernel("add", ADD);
            long x = Device.floats(1);
            assertThat(cuStreamBeginCapture(device.stream, GLOBAL)).isZero();
            assertThat(cuMemAlloc(new long[1], 4)).isEqualTo(UNSUPPORTED);
            assertThat(device.launch(add, 1, 1, 0, x, 10)).isEqualTo(INVALIDATED);
            assertThat(endOfCapture(device)).isEqualTo(INVALIDATED);
            assertThat(log()).contains("capture spoiled: cuMemAlloc is not permitted");
        }
    }

    @Test
    void aRelaxedCaptureAllowsAnAllocation() {
        try (Device device = new Device()) {
            assertThat(cuStreamBeginCapture(device.stream, 2)).isZero();
            assertThat(cuMemAlloc(new long[1], 4)).isZero();
            assertThat(endOfCapture(device)).isZero();
        }
    }

    @Test
    void workOfTheLegacyStreamSpoilsTheCaptureOfABlockingOne() {
        try (Device _ = new Device()) {
            CUfunc_st add = Device.kernel("add", ADD);
            CUstream_st blocking = Device.stream(Device.BLOCKING);
            long x = Device.floats(1);
            assertThat(cuStreamBeginCapture(blocking, GLOBAL)).isZero();
            assertThat(Device.launch(null, add, 1, 1, 0, x, 10)).isEqualTo(IMPLICIT);
            assertThat(cuStreamEndCapture(blocking, new CUgraph_st())).isEqualTo(INVALIDATED);
            assertThat(cuStreamBeginCapture(null, GLOBAL)).isEqualTo(UNSUPPORTED);
        }
    }

    private static int endOfForkedCapture(boolean joins) {
        fake.reset();
        try (Device device = new Device()) {
            CUfunc_st add = Device.kernel("add", ADD);
            CUstream_st other = Device.stream(Device.NON_BLOCKING);
            CUevent_st fork = new CUevent_st();
            CUevent_st join = new CUevent_st();
            assertThat(cuEventCreate(fork, 2)).isZero();
            assertThat(cuEventCreate(join, 2)).isZero();
            long x = Device.floats(1);
            assertThat(cuStreamBeginCapture(device.stream, GLOBAL)).isZero();
            assertThat(cuEventRecord(fork, device.stream)).isZero();
            assertThat(cuStreamWaitEvent(other, fork, 0)).isZero();
            assertThat(Device.launch(other, add, 1, 1, 0, x, 10)).isZero();
            if (joins) {
                assertThat(cuEventRecord(join, other)).isZero();
                assertThat(cuStreamWaitEvent(device.stream, join, 0)).isZero();
            }
            int result = endOfCapture(device);
            assertThat(cuCtxSynchronize()).isZero();
            assertThat(Device.read(x, 1)).containsExactly(1);
            return result;
        }
    }

    @Test
    void aStreamThatJoinsACaptureHasToBeWaitedFor() {
        assertThat(endOfForkedCapture(true)).isZero();
        assertThat(endOfForkedCapture(false)).isEqualTo(UNJOINED);
    }
}
