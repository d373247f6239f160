package dev.parity.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NumericModeTest {
    private static final NumericMode MODE = NumericMode.plain(
            ElementType.FP32,
            NumericMode.Summation.BLOCKED,
            8,
            NumericMode.AllReduceOrder.HALVING,
            NumericMode.Overflow.SATURATE);

    @Test
    void aModeIsNamedFields() {
        assertThat(MODE.text())
                .isEqualTo("matMulOperands=none, convOperands=none, accumulation=fp32, summation=blocked, block=8,"
                        + " allReduce=halving, overflow=saturate, subnormals=kept, deterministic=true, arrival=0");
    }

    @Test
    void aUnitsFieldsHaveItsName() {
        NumericMode mode = new NumericMode(
                MODE.matMulOperands(),
                MODE.convOperands(),
                MODE.accumulation(),
                NumericMode.Summation.DEVICE,
                1,
                MODE.allReduce(),
                MODE.overflow(),
                MODE.subnormals(),
                false,
                7,
                null,
                new VectorRule(VectorRule.Order.PAIRS, 2, 1));
        assertThat(mode.text())
                .endsWith("deterministic=false, arrival=7, vector.sum=pairs, vector.expUlp=2, vector.logUlp=1");
    }
}
