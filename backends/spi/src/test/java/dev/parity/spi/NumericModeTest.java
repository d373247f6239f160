package dev.parity.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class NumericModeTest {
    private static final NumericMode MODE = new NumericMode(
            NumericMode.OperandRounding.HF32,
            ElementType.FP32,
            NumericMode.Summation.BLOCKED,
            8,
            NumericMode.AllReduceOrder.HALVING,
            NumericMode.Overflow.SATURATE,
            NumericMode.Subnormals.FLUSHED,
            true);

    @Test
    void aModeIsNamedFields() {
        assertThat(MODE.text())
                .isEqualTo("operandRounding=hf32, accumulation=fp32, summation=blocked, block=8, allReduce=halving,"
                        + " overflow=saturate, subnormals=flushed, deterministic=true");
    }

    @Test
    void noFieldIsLeftOut() {
        assertThat(MODE.fields().sequencedKeySet())
                .containsExactlyElementsOf(Arrays.stream(NumericMode.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }
}
