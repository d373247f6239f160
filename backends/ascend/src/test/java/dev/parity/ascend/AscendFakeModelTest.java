package dev.parity.ascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.parity.conformance.OpCase;
import dev.parity.conformance.Runs;
import dev.parity.fakeascend.Layout;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ops of which the fake device and the model of a 910B have the same bits. The model is an independent source: Java,
/// not the fake's C++.
@DisplayName("fake device against the model of a 910B")
final class AscendFakeModelTest {
    private static final long SEED = 20261129;

    /// The model fuses a product with the addition that follows; the device is not said to.
    private static final Set<String> FUSED = Set.of("top-2 weights gradient", "top-2 combine");

    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_9);
    }

    /// What conformance tries, and sums that are longer than a step of the cube unit or a repeat of the vector unit.
    static Stream<OpCase> cases() {
        return Stream.of(ElementType.FP32, ElementType.FP16, ElementType.BF16)
                .flatMap(type -> Stream.concat(OpCase.all(type).stream(), longer(type)));
    }

    private static Stream<OpCase> longer(ElementType t) {
        return Stream.of(
                longer("sum of many rows", new Op.ReduceSum(List.of(0)), of(t, 150, 5)),
                longer("many terms", new Op.MatMul(true, false), of(t, 333, 5), of(t, 333, 6)),
                longer("long rows", new Op.ScaleRowsCoefficientGrad(1, 2), of(t, 5, 70), of(t, 5, 70)),
                longer("long softmax", new Op.Softmax(), of(t, 3, 133)),
                longer("norm of many", new Op.Norm(), of(t, 4500)));
    }

    private static OpCase longer(String name, Op op, TensorType... inputs) {
        return new OpCase(name, op, List.of(inputs), 1, 0, 0);
    }

    private static TensorType of(ElementType type, int... extents) {
        return TensorType.of(type, extents);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theBitsAreThoseOfTheModel(OpCase trial) {
        assumeFalse(FUSED.contains(trial.name()), "the model fuses a product with an addition");
        assertThat(compute("ascend", trial)).usingRecursiveComparison().isEqualTo(compute("ascend-model:910b", trial));
    }

    private static List<Map<String, double[]>> compute(String id, OpCase trial) {
        BackendProvider provider = Backends.provider(id);
        return Runs.of(provider, provider.defaultMode(), trial.program(), trial.drawAll(new Random(SEED)));
    }
}
