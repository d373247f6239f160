package dev.parity.cpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode.Overflow;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StorageTest {
    private final Rank rank = new Rank(0, new Communicator());

    @Test
    void agreesWithTheDefinitionOnRandomBits() {
        Random random = new Random(3);
        for (ElementType type : new ElementType[] {ElementType.FP16, ElementType.BF16}) {
            for (int i = 0; i < 200_000; i++) {
                float value = Float.intBitsToFloat(random.nextInt());
                float[] stored = {value};
                Storage.round(stored, 0, 1, type, Overflow.INF_NAN, rank);
                assertThat(stored[0]).as("%s of %s", type, value).isEqualTo(Float.valueOf((float) type.round(value)));
            }
        }
        assertThat(rank.saturated).isFalse();
    }

    // boundary table of numerics.md §3.3: in saturation mode 65504 + infinity is 65504, NaN is 0
    @Test
    void saturationKeepsTheSignAndSetsTheStatus() {
        float[] values = {70000, Float.NEGATIVE_INFINITY, Float.NaN, 1};
        Storage.round(values, 0, values.length, ElementType.FP16, Overflow.SATURATE, rank);
        assertThat(values).containsExactly(65504, -65504, 0, 1);
        assertThat(rank.saturated).isTrue();
    }

    @Test
    void finiteValuesLeaveTheStatusAlone() {
        Storage.round(new float[] {65519, -65504}, 0, 2, ElementType.FP16, Overflow.SATURATE, rank);
        assertThat(rank.saturated).isFalse();
    }
}
