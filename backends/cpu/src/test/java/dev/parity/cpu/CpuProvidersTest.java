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
import dev.parity.spi.NumericMode.Subnormals;
import dev.parity.spi.NumericMode.Summation;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CpuProvidersTest {
    private static NumericMode changed(String backend, Map<String, Object> changes) {
        return Modes.changed(Backends.provider(backend).defaultMode(), changes);
    }

    // BackendProvider.open: a BackendException that names the field, what was found and what it can
    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        "cpu", Map.of("convOperands", OperandRounding.TF32), "convOperands TF32, it can with [NONE]"),
                Arguments.of(
                        "ascend-model",
                        Map.of("matMulOperands", OperandRounding.TF32),
                        "matMulOperands TF32, it can with [NONE, HF32, FP16]"),
                Arguments.of(
                        "ascend-model:910a",
                        Map.of("convOperands", OperandRounding.NONE),
                        "convOperands NONE, it can with [FP16]"),
                Arguments.of(
                        "cuda-model:v100",
                        Map.of("convOperands", OperandRounding.TF32),
                        "convOperands TF32, it can with [NONE]"),
                Arguments.of(
                        "cuda-model",
                        Map.of("accumulation", ElementType.BF16),
                        "accumulation BF16, it can with [FP32]"),
                Arguments.of(
                        "cuda-model",
                        Map.of("summation", Summation.BLOCKED),
                        "summation BLOCKED, it can with [DEVICE]"),
                Arguments.of(
                        "cuda-model",
                        Map.of("allReduce", AllReduceOrder.ARRIVAL),
                        "allReduce ARRIVAL, it can with [RING, TREE, HALVING, PAIRS, MESH, ASCENDING, WIDE]"),
                Arguments.of(
                        "cpu",
                        Map.of("summation", Summation.DEVICE),
                        "summation DEVICE, it can with [SEQUENTIAL, BLOCKED]"),
                Arguments.of(
                        "cpu-stored",
                        Map.of("summation", Summation.BLOCKED),
                        "summation BLOCKED, it can with [SEQUENTIAL]"),
                Arguments.of(
                        "cpu-fp64", Map.of("subnormals", Subnormals.FLUSHED), "subnormals FLUSHED, it can with [KEPT]"),
                Arguments.of("cpu-fp64", Map.of("deterministic", false), "deterministic false, it can with [true]"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatOfAModeCannotBeComputedIsNamed(String id, Map<String, Object> changes, String why) {
        BackendProvider provider = Backends.provider(id);
        NumericMode mode = changed(id, changes);
        assertThatThrownBy(() -> provider.open(2, mode))
                .isInstanceOf(BackendException.class)
                .hasMessage("%s cannot compute with %s".formatted(id, why));
    }

    // the table of devices in the issue, and presets of the cube unit
    @Test
    void everyDeviceIsABackend() {
        assertThat(Backends.all().stream().map(BackendProvider::id))
                .contains("cuda-model", "cuda-model:v100", "cuda-model:t4", "cuda-model:h100", "cuda-model:b200")
                .contains("ascend-model", "ascend-model:910a", "ascend-model:910b", "ascend-model:910b:cube-tree");
        NumericMode a100 = Backends.provider("cuda-model:a100").defaultMode();
        assertThat(Backends.provider("cuda-model").defaultMode()).isEqualTo(a100);
    }

    @Test
    void aModelSaysWhatIsAssumedAndWhatWasChanged() {
        NumericMode mode = changed("ascend-model:910b:cube-tree", Map.of("arrival", 3L));
        try (Backend backend = Backends.provider("ascend-model:910b:cube-tree").open(1, mode)) {
            assertThat(backend.device(0))
                    .contains("Ascend 910B; assumption: preset cube-tree")
                    .endsWith("changed: arrival=3)");
        }
    }
}
