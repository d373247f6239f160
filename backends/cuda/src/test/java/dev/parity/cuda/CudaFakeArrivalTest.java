package dev.parity.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.conformance.Modes;
import dev.parity.fakecuda.FakeCuda;
import dev.parity.fakecuda.ThreadOrder;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.TensorType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sums that are added as they arrive, where a mode does not ask for equal bits.
@DisplayName("fake device, sums as they arrive")
final class CudaFakeArrivalTest {
    private FakeCuda fake;

    @BeforeEach
    void reset() {
        fake = FakeGpu.fresh();
    }

    private static NumericMode mode(boolean deterministic) {
        NumericMode usual = Backends.provider("cuda").defaultMode();
        return Modes.of(usual, NumericMode.OperandRounding.NONE, deterministic);
    }

    /// Of terms up to 1, n of them, an FP32 sum in any order is within n·2^-24 times n; a result is rounded once.
    private void isTheOrderedSumInAnyOrder(Op op, List<TensorType> inputs, String kernel, int terms) {
        BackendProvider cuda = Backends.provider("cuda");
        ElementType type = inputs.getFirst().element();
        double[] ordered = OneRank.compute(cuda, mode(true), op, inputs, 9);
        assertThat(fake.counts().keySet()).noneMatch(name -> name.contains("arrival"));
        Set<List<Double>> found = new HashSet<>();
        for (int seed = 0; seed < 4; seed++) {
            fake.order(ThreadOrder.SHUFFLED, seed);
            double[] arrived = OneRank.compute(cuda, mode(false), op, inputs, 9);
            for (int i = 0; i < ordered.length; i++) {
                assertThat(Math.abs(arrived[i] - ordered[i]))
                        .as("%s, element %d: %s, %s", op, i, arrived[i], ordered[i])
                        .isLessThanOrEqualTo(type.ulp(ordered[i]) + (double) terms * terms * 0x1p-24);
            }
            found.add(Arrays.stream(arrived).boxed().toList());
        }
        assertThat(fake.count("kernel " + kernel)).isEqualTo(4);
        if (type == ElementType.FP32) {
            assertThat(found).as("results in four orders").hasSizeGreaterThan(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16", "BF16"})
    void aSumOverAxes(ElementType type) {
        isTheOrderedSumInAnyOrder(
                new Op.ReduceSum(List.of(0, 2)),
                List.of(TensorType.of(type, 6, 5, 70)),
                "sum_axes_arrival_" + Canonical.name(type),
                420);
    }

    /// 6 images of 20 by 20 pixels make 3 slices.
    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16", "BF16"})
    void aWeightGradient(ElementType type) {
        isTheOrderedSumInAnyOrder(
                new Op.Conv2dWeightGrad(),
                List.of(TensorType.of(type, 6, 2, 22, 22), TensorType.of(type, 6, 3, 20, 20)),
                "conv_weight_arrival_" + (type == ElementType.FP32 ? "plain_fp32" : "tensor_" + Canonical.name(type)),
                2400);
    }
}
