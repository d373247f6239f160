package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cube unit against exact sums of the test, and convolutions against loops in fp64.
final class CubeTest extends FakeTest {
    private static double[] values(Random random, int count, int type) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            // of BF16, so of every type; exponents far apart, so that sums are rounded
            float value = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(12)));
            values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
            if (type == Npu.FP32) {
                values[i] = value;
            }
        }
        return values;
    }

    private static float rounded(BigDecimal exact) {
        return exact.floatValue(); // to nearest even
    }

    @ParameterizedTest
    @ValueSource(ints = {Npu.FP32, Npu.BF16})
    void aStepIsExactAndRoundedOnce(int type) {
        int terms = 50;
        int columns = 7;
        int step = type == Npu.FP32 ? 4 : 16; // docs/numerics.md, cube-rne
        double[] a = values(new Random(1), 3 * terms, type);
        double[] b = values(new Random(2), terms * columns, type);
        try (Npu npu = new Npu(fake)) {
            MemorySegment left = npu.tensor(type, npu.put(type, a), 3, terms);
            MemorySegment right = npu.tensor(type, npu.put(type, b), terms, columns);
            MemorySegment out = npu.put(type, new double[3 * columns]);
            npu.run("Matmul", left, right, npu.tensor(type, out, 3, columns), (byte) 0);
            double[] found = npu.get(type, out, 3 * columns);
            for (int i = 0; i < found.length; i++) {
                float sum = 0;
                for (int first = 0; first < terms; first += step) {
                    BigDecimal exact = new BigDecimal(sum);
                    for (int k = first; k < Math.min(terms, first + step); k++) {
                        exact = exact.add(new BigDecimal(a[i / columns * terms + k])
                                .multiply(new BigDecimal(b[k * columns + i % columns])));
                    }
                    sum = rounded(exact);
                }
                assertThat(found[i]).isEqualTo(type == Npu.FP32 ? sum : toBfloat(sum));
            }
        }
    }

    private static float toBfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }

    @Test
    void operandsBecomeHf32OnlyIfAsked() {
        try (Npu npu = new Npu(fake)) {
            // 3f800800 rounds to 3f800000 and 3f801800 to 3f802000 in 11 bits of fraction
            double[] x = {Float.intBitsToFloat(0x3f800800), Float.intBitsToFloat(0x3f801800)};
            MemorySegment left = npu.tensor(Npu.FP32, npu.put(Npu.FP32, x), 2, 1);
            MemorySegment one = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1), 1, 1);
            MemorySegment out = npu.put(Npu.FP32, 0, 0);
            MemorySegment y = npu.tensor(Npu.FP32, out, 2, 1);
            npu.run("Matmul", left, one, y, (byte) 0);
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(x);
            for (byte way : new byte[] {1, 3}) {
                npu.run("Matmul", left, one, y, way);
                assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(1, Float.intBitsToFloat(0x3f802000));
            }
        }
    }

    @Test
    void theFirstGenerationMultipliesHalves() {
        fake.soc("Ascend910A");
        try (Npu npu = new Npu(fake)) {
            MemorySegment left = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1 + 0x1p-12, 1e6), 2, 1);
            MemorySegment one = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1), 1, 1);
            MemorySegment out = npu.put(Npu.FP32, 0, 0);
            npu.run("Matmul", left, one, npu.tensor(Npu.FP32, out, 2, 1), (byte) 2);
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(1, 65504);
        }
    }

    @Test
    void batchesAndNotANumber() {
        try (Npu npu = new Npu(fake)) {
            MemorySegment a = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 1, 2, Double.POSITIVE_INFINITY, 0), 2, 1, 2);
            MemorySegment b = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 3, 4, 0, 1), 2, 2, 1);
            MemorySegment out = npu.put(Npu.FP32, 0, 0);
            npu.run("BatchMatMul", a, b, npu.tensor(Npu.FP32, out, 2, 1, 1), (byte) 0);
            assertThat(npu.get(Npu.FP32, out, 2)).containsExactly(11, Double.NaN);
        }
    }

    private static final int IMAGES = 2;
    private static final int CHANNELS = 3;
    private static final int EDGE = 5;
    private static final int OUTPUTS = 2;
    private static final int KERNEL = 3;
    private static final int PLACES = EDGE - KERNEL + 1;

    /// Index of a window's pixel.
    private static int pixel(int n, int c, int i, int j) {
        return ((n * CHANNELS + c) * EDGE + i) * EDGE + j;
    }

    /// Calls with each product of a convolution: places in x, w and y.
    private interface Products {
        void of(int x, int w, int y);
    }

    private static void each(Products products) {
        int terms = CHANNELS * KERNEL * KERNEL;
        for (int y = 0; y < IMAGES * OUTPUTS * PLACES * PLACES; y++) {
            int n = y / (OUTPUTS * PLACES * PLACES);
            int o = y / (PLACES * PLACES) % OUTPUTS;
            for (int k = 0; k < terms; k++) {
                int row = y / PLACES % PLACES + k / KERNEL % KERNEL;
                int column = y % PLACES + k % KERNEL;
                products.of(pixel(n, k / (KERNEL * KERNEL), row, column), o * terms + k, y);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void convolutionsAndTheirGradients(boolean deterministic) {
        Random random = new Random(3);
        double[] x = random.doubles(IMAGES * CHANNELS * EDGE * EDGE, -1, 1)
                .map(v -> (float) v)
                .toArray();
        double[] w = random.doubles(OUTPUTS * CHANNELS * KERNEL * KERNEL, -1, 1)
                .map(v -> (float) v)
                .toArray();
        double[] dy = random.doubles(IMAGES * OUTPUTS * PLACES * PLACES, -1, 1)
                .map(v -> (float) v)
                .toArray();
        double[] y = new double[dy.length];
        double[] dx = new double[x.length];
        double[] dw = new double[w.length];
        each((i, k, o) -> {
            y[o] += x[i] * w[k];
            dx[i] += dy[o] * w[k];
            dw[k] += dy[o] * x[i];
        });
        try (Npu npu = new Npu(fake)) {
            npu.ok("aclrtSetSysParamOpt", 0, deterministic ? 1L : 0L);
            MemorySegment image = npu.tensor(Npu.FP32, npu.put(Npu.FP32, x), IMAGES, CHANNELS, EDGE, EDGE);
            MemorySegment kernel = npu.tensor(Npu.FP32, npu.put(Npu.FP32, w), OUTPUTS, CHANNELS, KERNEL, KERNEL);
            MemorySegment bias = npu.tensor(Npu.FP32, npu.put(Npu.FP32, 10, 20), OUTPUTS);
            MemorySegment out = npu.put(Npu.FP32, new double[y.length]);
            MemorySegment result = npu.tensor(Npu.FP32, out, IMAGES, OUTPUTS, PLACES, PLACES);
            MemorySegment ones = npu.ints(1, 1);
            MemorySegment none = npu.ints(0, 0);
            npu.run("Convolution", image, kernel, bias, ones, none, ones, false, none, 1L, result, (byte) 0);
            double[] found = npu.get(Npu.FP32, out, y.length);
            for (int i = 0; i < y.length; i++) {
                int output = i / (PLACES * PLACES) % OUTPUTS;
                assertThat(found[i]).isCloseTo(y[i] + 10 * (output + 1), within(1e-5));
            }
            MemorySegment gradient = npu.tensor(Npu.FP32, npu.put(Npu.FP32, dy), IMAGES, OUTPUTS, PLACES, PLACES);
            MemorySegment inputs = npu.put(Npu.FP32, new double[x.length]);
            MemorySegment weights = npu.put(Npu.FP32, new double[w.length]);
            MemorySegment mask = (MemorySegment) npu.invoke(
                    "aclCreateBoolArray",
                    npu.arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 1, (byte) 1, (byte) 0),
                    3L);
            npu.run(
                    "ConvolutionBackward",
                    gradient,
                    image,
                    kernel,
                    npu.ints(OUTPUTS),
                    ones,
                    none,
                    ones,
                    false,
                    none,
                    1,
                    mask,
                    (byte) 0,
                    npu.tensor(Npu.FP32, inputs, IMAGES, CHANNELS, EDGE, EDGE),
                    npu.tensor(Npu.FP32, weights, OUTPUTS, CHANNELS, KERNEL, KERNEL),
                    MemorySegment.NULL);
            assertThat(npu.get(Npu.FP32, inputs, x.length)).containsExactly(dx, within(1e-5));
            assertThat(npu.get(Npu.FP32, weights, w.length)).containsExactly(dw, within(1e-5));
        }
    }
}
