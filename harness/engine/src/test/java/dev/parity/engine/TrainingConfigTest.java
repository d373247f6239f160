package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.ElementType;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Settings that cannot be are refused where a record is built, by the key that a scenario writes. All
/// bounds: the runner's `SchemaTest`.
final class TrainingConfigTest {
    private static Arguments refused(String message, Consumer<Configs.Builder> change) {
        return Arguments.of(message, change);
    }

    static List<Arguments> wrongSettings() {
        return List.of(
                refused("optimizer.lr must be in [0, ∞), was NaN", b -> b.lr = Double.NaN),
                refused("optimizer.momentum must be in [0, 1), was 1.0", b -> b.momentum = 1),
                refused("optimizer.gradientClipping must be in (0, ∞), was -1.0", b -> b.clipping = -1),
                refused("trace.replicaEvery must be in [1, 1000000000], was 0", b -> b.replicaEvery = 0),
                refused("model.experts[1] must be in [1, 256], was 0", b -> b.experts = List.of(2, 0)),
                refused("precision.dtype must be fp16, bf16 or fp32, was fp64", b -> b.dtype = ElementType.FP64),
                refused("precision.lossScale must be in [0, ∞), was Infinity", b -> b.lossScale = 1 / 0.0),
                refused(
                        "parallel.epSize = 2 must divide each entry of model.experts, was 3",
                        b -> b.experts = List.of(3)),
                refused("parallel.epSize must divide parallel.world = 3, was 2", b -> b.world = 3),
                refused("model.k must be at most the number of experts 1, was 2", b -> {
                    b.experts = List.of(1);
                    b.epSize = 1;
                    b.k = 2;
                }),
                refused("precision.minLossScale must be at most 2^precision.initialScalePower = 16.0, was 32.0", b -> {
                    b.initialScalePower = 4;
                    b.minLossScale = 32;
                }));
    }

    @ParameterizedTest
    @MethodSource("wrongSettings")
    void aWrongSettingIsRefusedByItsKey(String message, Consumer<Configs.Builder> change) {
        assertThatThrownBy(() -> Configs.moe(b -> {
                    change.accept(b);
                    return b;
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aSeedBeyondWhatJsonHoldsExactlyIsRefused() {
        TrainingConfig config = Configs.moe(b -> b);
        assertThatThrownBy(() -> config.withSeed(1L << 53))
                .hasMessage("train.seed must be in [-9007199254740991, 9007199254740991], was 9007199254740992");
    }
}
