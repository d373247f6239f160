package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ModelTest {
    // training-semantics.md: C = max(ceil(S/E * capacityFactor), minCapacity); top-2 doubles the factor
    @ParameterizedTest
    @CsvSource({"8, 2, 1.0, 1, 4", "8, 3, 1.0, 1, 3", "7, 2, 1.0, 1, 4", "8, 2, 1.3, 1, 6", "8, 3, 1.0, 2, 6"})
    void capacityIsRoundedUp(int tokens, int experts, double factor, int k, int expected) {
        TrainingConfig config = Configs.moe(b -> {
            b.experts = List.of(experts);
            b.epSize = 1;
            b.capacityFactor = factor;
            b.k = k;
            return b;
        });
        assertThat(MoeLayer.capacity(config.model(), tokens, experts, true)).isEqualTo(expected);
    }

    // training-semantics.md: ZeRO divides by world before it reduces, stage 0 sums and then multiplies by 1/world
    @ParameterizedTest
    @EnumSource(TrainingConfig.Wrapper.class)
    void onlyZeroDividesBeforeItReduces(TrainingConfig.Wrapper wrapper) {
        Program program = new Model(Configs.moe(b -> {
                    b.wrapper = wrapper;
                    return b;
                }))
                .trainingStep()
                .program();
        List<Value> sent = new ArrayList<>();
        List<Value> received = new ArrayList<>();
        List<Value> scaled = new ArrayList<>();
        List<Value> divided = new ArrayList<>();
        for (Node node : program.nodes()) {
            if (node.op() instanceof Op.AllReduce(var _, Op.Reduction reduction) && reduction == Op.Reduction.SUM) {
                sent.addAll(node.inputs());
                received.addAll(node.outputs());
            } else if (node.op() instanceof Op.Scale(double factor) && factor == 0.5) {
                scaled.add(node.output());
                divided.add(node.input(0));
            }
        }
        assertThat(sent).isNotEmpty();
        if (wrapper == TrainingConfig.Wrapper.ZERO) {
            assertThat(scaled).containsExactlyInAnyOrderElementsOf(sent);
        } else {
            assertThat(divided).containsExactlyInAnyOrderElementsOf(received);
        }
    }
}
