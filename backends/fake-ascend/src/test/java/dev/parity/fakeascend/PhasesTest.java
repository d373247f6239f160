package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Misuse of operators, planted and caught.
final class PhasesTest extends FakeTest {
    private static final int NULL = 161001;
    private static final int INVALID = 161002;
    private static final int RUNTIME = 361001;

    private static int refused(Npu npu, String operator, Object... arguments) {
        return npu.plan(operator, new ArrayList<>(), arguments);
    }

    private static MemorySegment floats(Npu npu, double... values) {
        return npu.tensor(Npu.FP32, npu.put(Npu.FP32, values), values.length);
    }

    @Test
    void anExecutorIsUsedOnce() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = floats(npu, 1);
            Npu.Planned planned = npu.plan("Neg", x, x);
            assertThat(npu.execute(planned)).isZero();
            assertThat(npu.execute(planned)).isEqualTo(NULL);
            assertThat(npu.message()).contains("used after it was destroyed");
        }
    }

    @Test
    void aRepeatableExecutorIsUsedAgainAndDestroyed() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment data = npu.put(Npu.FP32, 3);
            MemorySegment x = npu.tensor(Npu.FP32, data, 1);
            Npu.Planned planned = npu.plan("Muls", x, npu.scalar(2), x);
            npu.ok("aclSetAclOpExecutorRepeatable", planned.executor());
            assertThat(npu.execute(planned)).isZero();
            assertThat(npu.execute(planned)).isZero();
            npu.ok("aclrtSynchronizeStream", npu.stream);
            assertThat(npu.get(Npu.FP32, data, 1)).containsExactly(12);
            npu.ok("aclDestroyAclOpExecutor", planned.executor());
            assertThat(npu.execute(planned)).isEqualTo(NULL);
        }
    }

    @Test
    void anExecutorThatWasNeverUsedLives() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = floats(npu, 1);
            npu.plan("Neg", x, x);
            assertThat(fake.live())
                    .anyMatch(object ->
                            object.kind().equals("executor") && object.name().equals("aclnnNeg"));
        }
    }

    @Test
    void aTensorLivesUntilPhaseTwo() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = floats(npu, 1);
            Npu.Planned planned = npu.plan("Neg", x, x);
            npu.ok("aclDestroyTensor", x);
            assertThat(npu.execute(planned)).isEqualTo(NULL);
            assertThat(npu.call("aclDestroyTensor", x)).as("destroyed twice").isEqualTo(INVALID);
        }
    }

    @Test
    void theWorkspaceIsThereAndLargeEnough() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1, 2), 2, 1);
            Npu.Planned planned = npu.plan("ReduceSum", x, npu.ints(0), false, Npu.FP32, floats(npu, 0));
            MemorySegment memory = npu.malloc(planned.workspace());
            assertThat(npu.call(planned.name(), memory, planned.workspace() - 1, planned.executor(), npu.stream))
                    .isEqualTo(INVALID);
            assertThat(npu.call(
                            planned.name(), MemorySegment.NULL, planned.workspace(), planned.executor(), npu.stream))
                    .isEqualTo(RUNTIME);
            npu.ok(planned.name(), memory, planned.workspace(), planned.executor(), npu.stream);
        }
    }

    @Test
    void aHostPointerIsNoDeviceMemory() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = npu.tensor(Npu.FP32, npu.arena.allocate(64, 64), 1);
            assertThat(refused(npu, "Neg", x, x)).isEqualTo(INVALID);
            assertThat(npu.message()).contains("memory of the host");
        }
    }

    @Test
    void anAddressIsAlignedAndAViewStaysInItsStorage() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment data = npu.malloc(64);
            MemorySegment odd = npu.tensor(Npu.FP32, MemorySegment.ofAddress(data.address() + 4), 1);
            assertThat(refused(npu, "Neg", odd, odd)).isEqualTo(INVALID);
            assertThat(npu.message()).contains("32 bytes");
            MemorySegment beyond =
                    npu.tensor(Npu.FP32, Npu.ND, data, new long[] {4}, new long[] {2}, 1, new long[] {7});
            assertThat(refused(npu, "Neg", beyond, beyond)).isEqualTo(INVALID);
            assertThat(npu.message()).contains("leaves its storage of 7 elements");
        }
    }

    @Test
    void typesAndShapesFit() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment halves = npu.tensor(Npu.FP16, npu.put(Npu.FP16, 1, 2), 2);
            MemorySegment flags = npu.tensor(Npu.BOOL, npu.put(Npu.BOOL, 1, 0), 2);
            MemorySegment x = floats(npu, 1, 2, 3);
            assertThat(refused(npu, "Exp", flags, flags)).isEqualTo(INVALID);
            assertThat(refused(npu, "Mul", x, floats(npu, 1, 2), x)).isEqualTo(INVALID);
            assertThat(npu.message()).contains("[3] and [2] do not broadcast");
            assertThat(refused(npu, "GtScalar", halves, npu.scalar(0), halves)).isEqualTo(INVALID);
        }
    }

    @Test
    void theFirstGenerationHasNoBfloatAndNoFloatMatrices() {
        fake.soc("Ascend910A");
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = npu.tensor(Npu.BF16, npu.put(Npu.BF16, 1), 1, 1);
            assertThat(refused(npu, "Neg", x, x)).isEqualTo(INVALID);
            assertThat(npu.message()).contains("BF16, which Ascend910A has not");
            MemorySegment m = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1), 1, 1);
            assertThat(refused(npu, "Matmul", m, m, m, (byte) 0)).isEqualTo(INVALID);
            assertThat(refused(npu, "Matmul", m, m, m, (byte) 3)).isEqualTo(INVALID);
        }
    }

    @Test
    void determinismIsSetBeforeTheFirstOperator() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = floats(npu, 1);
            npu.run("Neg", x, x);
            npu.ok("aclrtCtxSetSysParamOpt", 0, 1L);
            assertThat(log()).contains("determinism is changed after the first operator");
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void operatorsAreInBothLayouts(Layout layout) {
        FakeAscend other = FakeAscend.load(layout);
        try (Npu npu = new Npu(other)) {
            MemorySegment data = npu.put(Npu.FP32, 5);
            MemorySegment x = npu.tensor(Npu.FP32, data, 1, 1);
            npu.run("Neg", x, x);
            npu.run("Matmul", x, x, x, (byte) 0);
            assertThat(npu.get(Npu.FP32, data, 1)).containsExactly(25);
        }
    }

    @Test
    void bothFamiliesInOneProcessAreRefused() {
        Path both = FakeAscend.load(Layout.CANN_8_1).libraries();
        try (Npu npu = new Npu(fake, fake.libraries(), both)) {
            MemorySegment x = floats(npu, 1);
            assertThat(refused(npu, "Neg", x, x)).isEqualTo(561000);
            assertThat(npu.message()).contains("open one family");
        }
    }
}
