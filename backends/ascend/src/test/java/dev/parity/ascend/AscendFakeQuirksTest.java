package dev.parity.ascend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.conformance.Modes;
import dev.parity.conformance.OpCase;
import dev.parity.conformance.Runs;
import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a device does when a workaround is switched off, and that it does not when it is on.
@DisplayName("fake device, quirks")
final class AscendFakeQuirksTest {
    private static final String OFF = "parity.ascend.workarounds.off";
    private FakeAscend fake;

    @BeforeEach
    void reset() {
        fake = FakeNpu.fresh(Layout.CANN_9);
    }

    @AfterEach
    void allOnAgain() {
        System.clearProperty(OFF);
    }

    private static BackendProvider ascend() {
        return Backends.provider("ascend");
    }

    private static NumericMode mode(OperandRounding convOperands, boolean deterministic) {
        return Modes.of(ascend().defaultMode(), convOperands, deterministic);
    }

    private static List<Double> compute(BackendProvider provider, NumericMode mode, OpCase trial) {
        return OneOp.compute(provider, mode, trial, 7);
    }

    private static final TensorType IMAGES = TensorType.of(ElementType.FP32, 4, 3, 12, 11);
    private static final TensorType GRADIENT = TensorType.of(ElementType.FP32, 4, 6, 8, 7);

    @Test
    void convolutionsRoundTheirOperandsUnlessTheyAreToldNotTo() {
        OpCase trial = OneOp.of(
                new Op.Conv2d(),
                1,
                IMAGES,
                TensorType.of(ElementType.FP32, 6, 3, 5, 5),
                TensorType.of(ElementType.FP32, 6));
        BackendProvider model = Backends.provider("ascend-model:910b");
        NumericMode modelled = model.defaultMode();
        assertThat(modelled.convOperands()).isEqualTo(OperandRounding.HF32);
        List<Double> rounded = compute(model, modelled, trial);
        NumericMode full = mode(OperandRounding.NONE, true);
        assertThat(compute(ascend(), full, trial)).isNotEqualTo(rounded);
        System.setProperty(OFF, "hf32-convolution-by-default");
        assertThat(compute(ascend(), full, trial)).isEqualTo(rounded);
    }

    /// Results with several seeds of the order in which things arrive.
    private Set<List<Double>> arrivals(OpCase trial) {
        Set<List<Double>> found = new HashSet<>();
        for (int seed = 1; seed <= 8; seed++) {
            fake.nondeterministic(seed);
            found.add(compute(ascend(), ascend().defaultMode(), trial));
        }
        return found;
    }

    @Test
    void gradientsOfConvolutionsRepeatOnlyIfAsked() {
        OpCase trial = OneOp.of(new Op.Conv2dWeightGrad(), 1, IMAGES, GRADIENT);
        assertThat(arrivals(trial)).hasSize(1);
        fake = FakeNpu.fresh(Layout.CANN_9);
        System.setProperty(OFF, "convolution-backward-not-repeatable");
        assertThat(arrivals(trial)).hasSizeGreaterThan(1);
    }

    private static OpCase allReduce(int world, Op.Reduction reduction, TensorType type) {
        ProcessGroup all = new ProcessGroup(
                "all", List.of(Stream.iterate(0, rank -> rank + 1).limit(world).toList()));
        return OneOp.of(new Op.AllReduce(all, reduction), world, type);
    }

    @Test
    void anAllReduceAddsAsRanksArriveUnlessItIsToldNotTo() {
        fake.devices(4);
        OpCase trial = allReduce(4, Op.Reduction.SUM, TensorType.of(ElementType.FP32, 64));
        assertThat(arrivals(trial)).hasSize(1);
        fake = FakeNpu.fresh(Layout.CANN_9).devices(4);
        System.setProperty(OFF, "hccl-adds-as-ranks-arrive");
        assertThat(arrivals(trial)).hasSizeGreaterThan(1);
    }

    @Test
    void flagsAsBytesAreRefused() {
        fake.devices(2);
        OpCase trial = allReduce(2, Op.Reduction.MAX, TensorType.of(ElementType.INT32, 1));
        assertThat(compute(ascend(), ascend().defaultMode(), trial)).hasSize(1);
        System.setProperty(OFF, "hccl-reduces-no-bytes");
        assertThatThrownBy(() -> compute(ascend(), ascend().defaultMode(), trial))
                .hasRootCauseInstanceOf(BackendException.class)
                .rootCause()
                .hasMessageContaining("HcclAllReduce")
                .hasMessageContaining("(5)"); // HCCL_E_NOT_SUPPORT
    }

    /// A product that FP16 cannot hold, and whether it was noticed.
    private static Map<String, double[]> overflow(NumericMode mode) {
        Program.Builder builder = new Program.Builder("overflow");
        Value x = builder.input("x", TensorType.of(ElementType.FP16, 2));
        Value y = builder.apply("y", new Op.Multiply(), x, x);
        builder.output(y);
        builder.output(builder.apply("found", new Op.NonFinite(), y));
        return Runs.of(ascend(), mode, builder.build(), List.of(Map.of("x", new double[] {1, 1000})))
                .getFirst();
    }

    private static final double LARGEST_HALF = 65504;

    @Test
    void saturationHidesWhatIsTooLarge() {
        NumericMode infinities = ascend().defaultMode();
        assertThat(infinities.overflow()).isEqualTo(Overflow.INF_NAN);
        Map<String, double[]> saturated = overflow(infinities.with(Overflow.SATURATE));
        assertThat(saturated.get("y")).containsExactly(1, LARGEST_HALF);
        assertThat(saturated.get("found")).as("the overflow status is asked").containsExactly(1);

        System.setProperty(OFF, "saturation-hides-infinity");
        Map<String, double[]> hidden = overflow(infinities); // the device is as it was left
        assertThat(hidden.get("y")).containsExactly(1, LARGEST_HALF);
        assertThat(hidden.get("found")).containsExactly(0);

        System.clearProperty(OFF);
        Map<String, double[]> shown = overflow(infinities);
        assertThat(shown.get("y")).containsExactly(1, Double.POSITIVE_INFINITY);
        assertThat(shown.get("found")).containsExactly(1);
    }

    @Test
    void determinismIsChosenOnceAProcess() {
        ascend().open(1, mode(OperandRounding.HF32, true)).close();
        assertThatThrownBy(() -> ascend().open(1, mode(OperandRounding.HF32, false)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("use another process");
        assertThat(fake.live()).isEmpty();
    }

    @Test
    void provenanceNamesWhatIsOff() {
        System.setProperty(OFF, "hf32-convolution-by-default, hccl-reduces-no-bytes");
        try (Backend backend = ascend().open(1, ascend().defaultMode())) {
            assertThat(backend.device(0))
                    .contains("hf32-convolution-by-default off", "hccl-reduces-no-bytes off")
                    .doesNotContain("saturation-hides-infinity off");
        }
    }

    @Test
    void aWorkaroundThatDoesNotExistIsRefused() {
        System.setProperty(OFF, "hf32");
        assertThatThrownBy(() -> ascend().open(1, ascend().defaultMode()))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("names 'hf32'")
                .hasMessageContaining("hf32-convolution-by-default");
    }
}
