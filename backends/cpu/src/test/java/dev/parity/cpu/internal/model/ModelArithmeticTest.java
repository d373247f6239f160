package dev.parity.cpu.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.OperandFormat;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ModelArithmeticTest {
    private final ModelArithmetic saturating = new ModelArithmetic(
            Backends.provider("ascend-model:910a").defaultMode(), Set.of(OperandFormat.FP16), new Counts());

    // boundary table of numerics.md §3.3: in saturation mode 65504 + infinity is 65504, NaN is 0
    @Test
    void saturationKeepsTheSignAndSetsTheStatus() {
        float[] values = {70000, Float.NEGATIVE_INFINITY, Float.NaN, 1};
        saturating.round(values, 0, values.length, ElementType.FP16);
        assertThat(values).containsExactly(65504, -65504, 0, 1);
        assertThat(saturating.saturated()).isTrue();
    }

    @Test
    void finiteValuesLeaveTheStatusAlone() {
        saturating.round(new float[] {65519, -65504}, 0, 2, ElementType.FP16);
        assertThat(saturating.saturated()).isFalse();
    }

    @Test
    void theStatusIsThatOfOneRun() {
        saturating.round(new float[] {70000}, 0, 1, ElementType.FP16);
        saturating.clear();
        assertThat(saturating.saturated()).isFalse();
    }

    @Test
    void withoutSaturationOverflowIsInfinite() {
        ModelArithmetic plain = new ModelArithmetic(Backends.provider("cpu").defaultMode(), Set.of(), new Counts());
        float[] values = {70000};
        plain.round(values, 0, 1, ElementType.FP16);
        assertThat(values).containsExactly(Float.POSITIVE_INFINITY);
        assertThat(plain.saturated()).isFalse();
    }

    // 2^24 + 1 rounds to 2^24: one running sum loses every 1, blocks lose those of the first block only
    @Test
    void aDotProductIsTheSumOfBlocks() {
        float[] ones = new float[33];
        Arrays.fill(ones, 1);
        float[] x = ones.clone();
        x[0] = 0x1p24f;
        assertThat(new BlockedReductions(16).dot(x, 0, ones, 0, 33)).isEqualTo(0x1p24f + 16);
        assertThat(new BlockedReductions(4).dot(x, 0, ones, 0, 33)).isEqualTo(0x1p24f + 28);
    }
}
