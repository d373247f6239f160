package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.VectorRule;
import dev.parity.spi.VectorRule.Order;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DeviceReductionsTest {
    private static final DeviceReductions WARP = new DeviceReductions(new VectorRule(Order.WARP, 2, 1));
    private static final DeviceReductions PAIRS = new DeviceReductions(new VectorRule(Order.PAIRS, 1, 1));

    // 2^24 + 1 is 2^24 in FP32. A warp adds terms 32 apart first; pairs add neighbours first.
    @Test
    void termsAreAddedInTheOrderOfTheUnit() {
        float[] x = new float[130];
        x[0] = 0x1p24f;
        x[1] = 1;
        x[32] = 1;
        assertThat(WARP.sum(x, 0, 130)).isEqualTo(0x1p24f); // each 1 meets 2^24 by itself
        assertThat(PAIRS.sum(x, 0, 130)).isEqualTo(0x1p24f);
        x[1] = 0;
        x[33] = 1;
        assertThat(PAIRS.sum(x, 0, 130)).isEqualTo(0x1p24f + 2); // 32 and 33 are neighbours
        assertThat(WARP.sum(x, 0, 130)).isEqualTo(0x1p24f); // 32 goes to lane 0, 33 to lane 1
        x[32] = 0;
        x[65] = 1;
        assertThat(WARP.sum(x, 0, 130)).isEqualTo(0x1p24f + 2); // both in lane 1
        assertThat(PAIRS.sum(x, 0, 130)).isEqualTo(0x1p24f); // of two repeats, which are added one after the other
    }

    // a product of FP32 numbers that no FP32 number is: fused it is kept, multiplied first it is rounded
    @Test
    void onlyAGpuFusesProducts() {
        float x = 1 + 0x1p-23f;
        float[] a = {x, 1};
        float[] b = {x, -1};
        float[] spread = new float[33];
        float[] factors = new float[33];
        spread[0] = -1;
        factors[0] = 1;
        spread[32] = x;
        factors[32] = x;
        assertThat(WARP.dot(spread, 0, factors, 0, 33)).isEqualTo(0x1p-22f + 0x1p-46f);
        assertThat(PAIRS.dot(a, 0, b, 0, 2)).isEqualTo(0x1p-22f);
    }

    // CUDA Programming Guide: expf within 2 ulp, logf within 1; all errors of that range occur
    @Test
    void functionsErrByAsManyUlpAsTheRuleSays() {
        Random random = new Random(5);
        boolean[] seen = new boolean[5];
        for (int i = 0; i < 10_000; i++) {
            float x = (float) random.nextGaussian() * 8;
            float exact = (float) StrictMath.exp(x);
            int off = Math.round((WARP.exp(x) - exact) / Math.ulp(exact));
            assertThat(off).isBetween(-2, 2);
            seen[off + 2] = true;
            float log = (float) StrictMath.log(Math.abs(x));
            assertThat(Math.abs(PAIRS.log(Math.abs(x)) - log)).isLessThanOrEqualTo(Math.ulp(log));
        }
        assertThat(seen).containsOnly(true);
        assertThat(WARP.exp(0)).isEqualTo(1);
        assertThat(WARP.log(1)).isZero();
        assertThat(WARP.exp(Float.NEGATIVE_INFINITY)).isZero();
        assertThat(WARP.exp(Float.NaN)).isNaN();
        assertThat(WARP.log(0)).isEqualTo(Float.NEGATIVE_INFINITY);
    }
}
