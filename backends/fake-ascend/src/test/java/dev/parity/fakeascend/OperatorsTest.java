package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Operators against numbers that were worked out by hand, or fp64 in the test.
final class OperatorsTest extends FakeTest {
    private static final double[] X = {1, -2, 3.5, 0, -0.25, 8};
    private static final double[] Y = {4, 0.5, -1, 2, -0.25, 0.125};

    private static double[] result(Npu npu, int type, int count, MemorySegment data) {
        return npu.get(type, data, count);
    }

    /// Runs an operator of two tensors and then its result.
    private static double[] two(Npu npu, int type, int to, String operator, Object... between) {
        MemorySegment out = npu.put(to, new double[X.length]);
        Object[] arguments = new Object[3 + between.length];
        arguments[0] = npu.tensor(type, npu.put(type, X), X.length);
        arguments[1] = npu.tensor(type, npu.put(type, Y), X.length);
        System.arraycopy(between, 0, arguments, 2, between.length);
        arguments[2 + between.length] = npu.tensor(to, out, X.length);
        npu.run(operator, arguments);
        return result(npu, to, X.length, out);
    }

    private static double[] one(Npu npu, int type, int to, String operator, Object... between) {
        MemorySegment out = npu.put(to, new double[X.length]);
        Object[] arguments = new Object[2 + between.length];
        arguments[0] = npu.tensor(type, npu.put(type, X), X.length);
        System.arraycopy(between, 0, arguments, 1, between.length);
        arguments[1 + between.length] = npu.tensor(to, out, X.length);
        npu.run(operator, arguments);
        return result(npu, to, X.length, out);
    }

    @ParameterizedTest
    @ValueSource(ints = {Npu.FP32, Npu.FP16, Npu.BF16})
    void elementsOfEachType(int type) {
        try (Npu npu = new Npu(fake)) {
            assertThat(two(npu, type, type, "Add", npu.scalar(1))).containsExactly(5, -1.5, 2.5, 2, -0.5, 8.125);
            assertThat(two(npu, type, type, "Sub", npu.scalar(2))).containsExactly(-7, -3, 5.5, -4, 0.25, 7.75);
            assertThat(two(npu, type, type, "Mul")).containsExactly(4, -1, -3.5, 0, 0.0625, 1);
            assertThat(two(npu, type, type, "Div")).containsExactly(0.25, -4, -3.5, 0, 1, 64);
            assertThat(two(npu, type, type, "Maximum")).containsExactly(4, 0.5, 3.5, 2, -0.25, 8);
            assertThat(two(npu, type, type, "Minimum")).containsExactly(1, -2, -1, 0, -0.25, 0.125);
            assertThat(two(npu, type, Npu.BOOL, "GtTensor")).containsExactly(0, 0, 1, 0, 0, 1);
            assertThat(two(npu, type, Npu.BOOL, "EqTensor")).containsExactly(0, 0, 0, 0, 1, 0);
            assertThat(two(npu, type, type, "ThresholdBackward", npu.scalar(0))).containsExactly(1, -2, 0, 0, 0, 8);
            assertThat(one(npu, type, type, "Relu")).containsExactly(1, 0, 3.5, 0, 0, 8);
            assertThat(one(npu, type, type, "Neg")).containsExactly(-1, 2, -3.5, -0.0, 0.25, -8);
            assertThat(one(npu, type, type, "Muls", npu.scalar(0.5))).containsExactly(0.5, -1, 1.75, 0, -0.125, 4);
            assertThat(one(npu, type, type, "Adds", npu.scalar(1), npu.scalar(2)))
                    .containsExactly(3, 0, 5.5, 2, 1.75, 10);
            assertThat(one(npu, type, Npu.BOOL, "LeScalar", npu.scalar(0))).containsExactly(0, 1, 0, 1, 1, 0);
            assertThat(one(npu, type, Npu.INT32, "Cast", Npu.INT32)).containsExactly(1, -2, 3, 0, 0, 8);
        }
    }

    @Test
    void functionsAreWithinTheirBound() {
        try (Npu npu = new Npu(fake)) {
            double[] exps = one(npu, Npu.FP32, Npu.FP32, "Exp");
            for (int i = 0; i < X.length; i++) {
                // 1 ulp and the rounding
                assertThat(exps[i]).isCloseTo(Math.exp(X[i]), within(1.5 * Math.ulp((float) Math.exp(X[i]))));
            }
            assertThat(exps[3]).isEqualTo(1);
        }
    }

    @Test
    void halvesAreRoundedOnceAndOverflow() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment data = npu.put(Npu.FP16, 60000, 2048, Double.NaN);
            MemorySegment x = npu.tensor(Npu.FP16, data, 3);
            npu.run("Add", x, npu.tensor(Npu.FP16, npu.put(Npu.FP16, 60000, 1, 1), 3), npu.scalar(1), x);
            // 2049 is a tie, to even
            assertThat(npu.get(Npu.FP16, data, 3)).containsExactly(Double.POSITIVE_INFINITY, 2048, Double.NaN);
        }
    }

    @Test
    void saturationHoldsForLaterStreamsAndSetsTheStatus() {
        try (Npu npu = new Npu(fake)) {
            npu.ok("aclrtSetDeviceSatMode", 0);
            MemorySegment x = npu.tensor(Npu.FP16, npu.put(Npu.FP16, 60000, -60000, Double.NaN), 3);
            MemorySegment out = npu.put(Npu.FP16, 0, 0, 0);
            MemorySegment y = npu.tensor(Npu.FP16, out, 3);
            npu.run("Muls", x, npu.scalar(2), y);
            assertThat(npu.get(Npu.FP16, out, 1))
                    .as("on a stream from before")
                    .containsExactly(Double.POSITIVE_INFINITY);
            MemorySegment later = npu.created("aclrtCreateStream");
            MemorySegment status = npu.malloc(64);
            npu.ok("aclrtResetOverflowStatus", later);
            Npu.Planned planned = npu.plan("Muls", x, npu.scalar(2), y);
            npu.ok(planned.name(), MemorySegment.NULL, 0L, planned.executor(), later);
            npu.ok("aclrtGetOverflowStatus", status, 64L, later);
            npu.ok("aclrtSynchronizeStream", later);
            // numerics.md 3.3 of the survey: beyond the range is ±MAX, NaN is 0
            assertThat(npu.get(Npu.FP16, out, 3)).containsExactly(65504, -65504, 0);
            assertThat(npu.get(Npu.INT32, status, 1)).containsExactly(1);
        }
    }

    @Test
    void viewsAndBroadcasts() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment data = npu.put(Npu.FP32, 1, 2, 3, 4, 5, 6);
            MemorySegment turned =
                    npu.tensor(Npu.FP32, Npu.ND, data, new long[] {3, 2}, new long[] {1, 3}, 0, new long[] {6});
            MemorySegment row = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 10, 20), 1, 2);
            MemorySegment out = npu.put(Npu.FP32, new double[6]);
            npu.run("Add", turned, row, npu.scalar(1), npu.tensor(Npu.FP32, out, 3, 2));
            assertThat(npu.get(Npu.FP32, out, 6)).containsExactly(11, 24, 12, 25, 13, 26);
            npu.run("Permute", npu.tensor(Npu.FP32, data, 2, 3), npu.ints(1, 0), npu.tensor(Npu.FP32, out, 3, 2));
            assertThat(npu.get(Npu.FP32, out, 6)).containsExactly(1, 4, 2, 5, 3, 6);
            npu.run("InplaceCopy", npu.tensor(Npu.FP32, out, 3, 2), row);
            assertThat(npu.get(Npu.FP32, out, 6)).containsExactly(10, 20, 10, 20, 10, 20);
        }
    }

    @Test
    void choiceDoesNotSpreadNan() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment out = npu.put(Npu.FP32, 0, 0);
            npu.run(
                    "SWhere",
                    npu.tensor(Npu.BOOL, npu.put(Npu.BOOL, 1, 0), 2),
                    npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1, Double.NaN), 2),
                    npu.tensor(Npu.FP32, npu.put(Npu.FP32, Double.NaN, 2), 2),
                    npu.tensor(Npu.FP32, out, 2));
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(1, 2);
        }
    }

    @Test
    void reductionsAndSums() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1, -2, 3, 4, 5, -6), 2, 3);
            MemorySegment out = npu.put(Npu.FP32, 0, 0, 0);
            npu.run("ReduceSum", x, npu.ints(0), false, Npu.FP32, npu.tensor(Npu.FP32, out, 3));
            assertThat(npu.get(Npu.FP32, out, 3)).containsExactly(5, 3, -3);
            npu.run("Amax", x, npu.ints(1), true, npu.tensor(Npu.FP32, out, 2, 1));
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(3, 5);
            npu.run("Amin", x, npu.ints(-1), false, npu.tensor(Npu.FP32, out, 2));
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(-2, -6);
            npu.run("Norm", x, npu.scalar(2), npu.ints(0), false, npu.tensor(Npu.FP32, out, 3));
            assertThat(npu.get(Npu.FP32, out, 1)[0]).isCloseTo(Math.sqrt(17), within(1e-6));
            MemorySegment sums = npu.put(Npu.FP32, new double[6]);
            npu.run("Cumsum", x, 0L, Npu.FP32, npu.tensor(Npu.FP32, sums, 2, 3));
            assertThat(npu.get(Npu.FP32, sums, 6)).containsExactly(1, -2, 3, 5, 3, -3);
        }
    }

    @Test
    void aSumAddsNeighbours() {
        try (Npu npu = new Npu(fake)) {
            // in order 2^24 swallows each 1; neighbours join to 2 first: (2^24 + 1) + (1 + 1) = 2^24 + 2
            MemorySegment x = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 0x1p24, 1, 1, 1), 4, 1);
            MemorySegment out = npu.put(Npu.FP32, 0);
            npu.run("ReduceSum", x, npu.ints(0), false, Npu.FP32, npu.tensor(Npu.FP32, out, 1));
            assertThat(npu.get(Npu.FP32, out, 1)).containsExactly(0x1p24 + 2);
        }
    }

    @Test
    void softmaxAndItsGradient() {
        try (Npu npu = new Npu(fake)) {
            double[] logits = {1, 2, 3, 0, 0, 0};
            MemorySegment out = npu.put(Npu.FP32, new double[6]);
            npu.run(
                    "Softmax",
                    npu.tensor(Npu.FP32, npu.put(Npu.FP32, logits), 2, 3),
                    -1L,
                    npu.tensor(Npu.FP32, out, 2, 3));
            double[] y = npu.get(Npu.FP32, out, 6);
            double sum = Arrays.stream(logits).limit(3).map(Math::exp).sum();
            for (int i = 0; i < 3; i++) {
                assertThat(y[i]).isCloseTo(Math.exp(logits[i]) / sum, within(3e-7));
                assertThat(y[3 + i]).isCloseTo(1 / 3.0, within(1e-7));
            }
            double[] dy = {1, 0, 0, 0, 2, 0};
            MemorySegment dx = npu.put(Npu.FP32, new double[6]);
            npu.run(
                    "SoftmaxBackward",
                    npu.tensor(Npu.FP32, npu.put(Npu.FP32, dy), 2, 3),
                    npu.tensor(Npu.FP32, out, 2, 3),
                    -1L,
                    npu.tensor(Npu.FP32, dx, 2, 3));
            double[] gradient = npu.get(Npu.FP32, dx, 6);
            IntStream.range(0, 3).forEach(i -> assertThat(gradient[i]).isCloseTo(y[i] * (dy[i] - y[0]), within(1e-7)));
        }
    }

    @Test
    void indicesSelectAndAdd() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1, 2, 3, 4), 2, 2);
            MemorySegment index = npu.tensor(Npu.INT32, npu.put(Npu.INT32, 1, 1, 0), 3);
            MemorySegment out = npu.put(Npu.FP32, new double[6]);
            npu.run("IndexSelect", x, 0L, index, npu.tensor(Npu.FP32, out, 3, 2));
            assertThat(npu.get(Npu.FP32, out, 6)).containsExactly(3, 4, 3, 4, 1, 2);
            MemorySegment sums = npu.put(Npu.FP32, new double[4]);
            npu.run(
                    "IndexAdd",
                    x,
                    0L,
                    index,
                    npu.tensor(Npu.FP32, out, 3, 2),
                    npu.scalar(1),
                    npu.tensor(Npu.FP32, sums, 2, 2));
            assertThat(npu.get(Npu.FP32, sums, 4)).containsExactly(2, 4, 9, 12);
        }
    }

    @Test
    void poolingFindsTheFirstLargest() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment x = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1, 5, 5, 2, 0, 3, -1, -2), 1, 1, 2, 4);
            MemorySegment out = npu.put(Npu.FP32, 0, 0);
            MemorySegment places = npu.tensor(Npu.INT32, npu.put(Npu.INT32, 0, 0), 1, 1, 1, 2);
            MemorySegment two = npu.ints(2, 2);
            MemorySegment none = npu.ints(0, 0);
            MemorySegment ones = npu.ints(1, 1);
            npu.run(
                    "MaxPool2dWithIndices",
                    x,
                    two,
                    two,
                    none,
                    ones,
                    false,
                    npu.tensor(Npu.FP32, out, 1, 1, 1, 2),
                    places);
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(5, 5);
            MemorySegment dx = npu.put(Npu.FP32, new double[8]);
            npu.run(
                    "MaxPool2dWithIndicesBackward",
                    npu.tensor(Npu.FP32, npu.put(Npu.FP32, 7, 8), 1, 1, 1, 2),
                    x,
                    places,
                    two,
                    two,
                    none,
                    ones,
                    false,
                    npu.tensor(Npu.FP32, dx, 1, 1, 2, 4));
            assertThat(npu.get(Npu.FP32, dx, 8)).containsExactly(0, 7, 8, 0, 0, 0, 0, 0);
        }
    }
}
