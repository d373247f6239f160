package dev.parity.cpu.internal.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.ElementType;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StorageTest {
    @Test
    void agreesWithTheDefinitionOnRandomBits() {
        Random random = new Random(3);
        for (ElementType type : new ElementType[] {ElementType.FP16, ElementType.BF16}) {
            for (int i = 0; i < 200_000; i++) {
                float value = Float.intBitsToFloat(random.nextInt());
                float[] stored = {value};
                Storage.round(stored, 0, 1, type);
                assertThat(stored[0]).as("%s of %s", type, value).isEqualTo(Float.valueOf((float) type.round(value)));
            }
        }
    }
}
