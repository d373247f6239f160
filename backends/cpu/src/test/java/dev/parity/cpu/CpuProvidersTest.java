package dev.parity.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.AllReduceOrder;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.NumericMode.Subnormals;
import dev.parity.spi.NumericMode.Summation;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CpuProvidersTest {
    private static NumericMode fast(OperandRounding rounding, ElementType accumulation, Summation summation) {
        return new NumericMode(
                rounding, accumulation, summation, 16, AllReduceOrder.RING, Overflow.INF_NAN, Subnormals.KEPT, true);
    }

    private static NumericMode golden(AllReduceOrder allReduce, Overflow overflow, Subnormals subnormals) {
        return new NumericMode(
                OperandRounding.NONE,
                ElementType.FP64,
                Summation.SEQUENTIAL,
                16,
                allReduce,
                overflow,
                subnormals,
                false);
    }

    // BackendProvider.open: a BackendException that names the field, what was found and what it can
    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        "cpu",
                        fast(OperandRounding.TF32, ElementType.FP32, Summation.SEQUENTIAL),
                        "operandRounding TF32, it can with [NONE]"),
                Arguments.of(
                        "ascend-model",
                        fast(OperandRounding.HF32, ElementType.FP32, Summation.BLOCKED),
                        "operandRounding HF32, it can with [NONE]"),
                Arguments.of(
                        "cuda-model",
                        fast(OperandRounding.NONE, ElementType.BF16, Summation.SEQUENTIAL),
                        "accumulation BF16, it can with [FP32]"),
                Arguments.of(
                        "cpu",
                        fast(OperandRounding.NONE, ElementType.FP32, Summation.DEVICE),
                        "summation DEVICE, it can with [SEQUENTIAL, BLOCKED]"),
                Arguments.of(
                        "cpu-stored",
                        fast(OperandRounding.NONE, ElementType.FP64, Summation.BLOCKED),
                        "summation BLOCKED, it can with [SEQUENTIAL]"),
                Arguments.of(
                        "cpu-fp64",
                        golden(AllReduceOrder.RING, Overflow.INF_NAN, Subnormals.FLUSHED),
                        "subnormals FLUSHED, it can with [KEPT]"),
                Arguments.of(
                        "cpu-fp64",
                        golden(AllReduceOrder.RING, Overflow.INF_NAN, Subnormals.KEPT),
                        "deterministic false, it can with [true]"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatOfAModeCannotBeComputedIsNamed(String id, NumericMode mode, String why) {
        BackendProvider provider = Backends.provider(id);
        assertThatThrownBy(() -> provider.open(2, mode))
                .isInstanceOf(BackendException.class)
                .hasMessage("%s cannot compute with %s".formatted(id, why));
    }

    @Test
    void aModelOfOneDeviceComputesInTheModeOfAnother() {
        NumericMode mode = Backends.provider("ascend-model").defaultMode();
        try (Backend backend = Backends.provider("cuda-model").open(1, mode)) {
            assertThat(backend.mode()).isEqualTo(mode);
        }
    }
}
