package dev.parity.faults;

import static dev.parity.spi.ElementType.FP16;
import static dev.parity.spi.ElementType.FP32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Fault;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the programs of a device compute with a fault, on small programs that are named as the engine names them.
final class ProgramFaultTest {
    private static final BackendProvider CPU = Backends.provider("cpu");
    private static final double INF = Double.POSITIVE_INFINITY;

    private static Backend open(String fault, NumericMode mode) {
        return fault.isEmpty() ? CPU.open(1, mode) : Fault.choose(fault).open(CPU, 1, mode);
    }

    /// Runs a program several times on one rank.
    ///
    /// @return the first output of the last run
    private static double[] run(Program program, String fault, NumericMode mode, List<Map<String, double[]>> runs) {
        try (Backend backend = open(fault, mode)) {
            Map<String, Tensor> in = new HashMap<>();
            Map<String, Tensor> out = new HashMap<>();
            program.inputs().forEach(value -> in.put(value.name(), backend.allocate(0, value.type())));
            program.outputs().forEach(value -> out.put(value.name(), backend.allocate(0, value.type())));
            try (Bound bound = backend.compile(program).bind(0, new Bindings(in, out))) {
                for (Map<String, double[]> inputs : runs) {
                    inputs.forEach((name, values) -> in.get(name).write(values));
                    bound.run();
                }
                return out.get(program.outputs().getFirst().name()).toArray();
            }
        }
    }

    private static double[] run(Program program, String fault, Map<String, double[]> inputs) {
        return run(program, fault, CPU.defaultMode(), List.of(inputs));
    }

    /// A program of one Op on `x`.
    private static Program one(String name, String output, Op op, TensorType type) {
        Program.Builder builder = new Program.Builder(name);
        builder.output(builder.apply(output, op, builder.input("x", type)));
        return builder.build();
    }

    @Test
    void theGradientOfOneLayerIsScaledAndAllThatReadsItSeesThat() {
        Program.Builder builder = new Program.Builder("training-step");
        Value x = builder.input("x", TensorType.of(FP32, 2));
        Value gradient = builder.apply("d/conv2.weight", new Op.Scale(2), x);
        builder.output(builder.apply("sum", new Op.Add(), gradient, x));
        Map<String, double[]> inputs = Map.of("x", new double[] {1, -3});
        assertThat(run(builder.build(), "", inputs)).containsExactly(3, -9);
        assertThat(run(builder.build(), "weight-gradient-scale=0.5", inputs)).containsExactly(4, -12);
    }

    // an expert's gradient is [local, out, in]
    @Test
    void anExpertsGradientIsTransposed() {
        Program program = one("training-step", "d/moe0.expert.weight", new Op.Scale(1), TensorType.of(FP32, 1, 2, 2));
        assertThat(run(program, "expert-gradient-transposed", Map.of("x", new double[] {1, 2, 3, 4})))
                .containsExactly(1, 3, 2, 4);
    }

    @Test
    void aBiasGradientIsDroppedInPart() {
        Program program = one("training-step", "d/fc1.bias", new Op.Scale(2), TensorType.of(FP32, 2));
        Map<String, double[]> inputs = Map.of("x", new double[] {1, -3});
        assertThat(run(program, "bias-gradient-dropped", inputs)).containsExactly(0, -0.0);
        assertThat(run(program, "bias-gradient-dropped=0.5", inputs)).containsExactly(1, -3);
    }

    @Test
    void theFirstElementOfAWindowTakesTheGradient() {
        Program.Builder builder = new Program.Builder("training-step");
        Value x = builder.input("x", TensorType.of(FP32, 1, 1, 2, 2));
        Value dy = builder.input("dy", TensorType.of(FP32, 1, 1, 1, 1));
        builder.output(builder.apply("d/relu", new Op.MaxPool2dGrad(2), dy, x));
        Map<String, double[]> inputs = Map.of("x", new double[] {-1, 5, 2, 3}, "dy", new double[] {7});
        assertThat(run(builder.build(), "", inputs)).containsExactly(0, 7, 0, 0);
        assertThat(run(builder.build(), "max-pool-gradient-first", inputs)).containsExactly(7, 0, 0, 0);
    }

    // 2^-14 is the smallest normal FP16 number, 2^-24 the smallest one (IEEE 754)
    @Test
    void subnormalGradientsAreFlushedAndNothingElse() {
        Program program = one("training-step", "d/x", new Op.Scale(1), TensorType.of(FP16, 8));
        double below = 0x1p-14 - 0x1p-24;
        double[] x = {0x1p-14, -0x1p-14, below, -below, 0x1p-24, INF, -INF, Double.NaN};
        assertThat(run(program, "gradient-subnormals-flushed", Map.of("x", x)))
                .containsExactly(0x1p-14, -0x1p-14, 0, 0, 0, INF, -INF, Double.NaN);
        assertThat(run(program, "gradient-subnormals-flushed=4", Map.of("x", new double[] {
                    0x1p-12, 0x1.ffcp-13, 1, 0, 0, 0, 0, 0
                })))
                .startsWith(0x1p-12, 0, 1);
    }

    // TF32 keeps 10 bits: 1 + 2^-11 is a tie and goes to 1, 1 + 2^-10 stays
    @Test
    void theGatesOperandsAreRoundedAndNoOtherProducts() {
        double[] near = {1 + 0x1p-11};
        double[] kept = {1 + 0x1p-10};
        for (String name : List.of("moe0/logits", "fc1")) {
            Program.Builder builder = new Program.Builder("training-step");
            Value a = builder.input("a", TensorType.of(FP32, 1, 1));
            Value b = builder.input("b", TensorType.of(FP32, 1, 1));
            builder.output(builder.apply(name, new Op.MatMul(false, true), a, b));
            Program program = builder.build();
            boolean gate = name.equals("moe0/logits");
            assertThat(run(program, "gate-tf32-left-on", Map.of("a", near, "b", new double[] {2})))
                    .containsExactly(gate ? 2 : 2 + 0x1p-10);
            assertThat(run(program, "gate-tf32-left-on", Map.of("a", kept, "b", new double[] {2})))
                    .containsExactly(2 + 0x1p-9);
        }
    }

    @Test
    void theCastOfOneWeightCutsOff() {
        Map<String, double[]> inputs = Map.of("x", new double[] {1 + 0x1.8p-10, -1 - 0x1.8p-10});
        for (String name : List.of("fc1.weight/new", "fc2.weight/new")) {
            Program program = one("optimizer-step", name, new Op.Cast(FP16), TensorType.of(FP32, 2));
            double expected = name.startsWith("fc1") ? 1 + 0x1p-10 : 1 + 0x1p-9;
            assertThat(run(program, "weight-cast-truncates", inputs)).containsExactly(expected, -expected);
        }
    }

    @Test
    void oneGradientsSubnormalsAreFlushed() {
        Map<String, double[]> inputs = Map.of("x", new double[] {0x1p-15, 0x1p-14});
        for (String name : List.of("d/fc1.weight", "d/fc2.weight")) {
            Program program = one("training-step", name, new Op.Scale(1), TensorType.of(FP16, 2));
            assertThat(run(program, "weight-gradient-subnormals-flushed", inputs))
                    .containsExactly(name.equals("d/fc1.weight") ? 0 : 0x1p-15, 0x1p-14);
        }
    }

    @Test
    void wholeRunsNeedNotShowAFaultOfOneOp() {
        List<String> ofOneOp =
                List.of("gate-tf32-left-on", "weight-cast-truncates", "weight-gradient-subnormals-flushed");
        assertThat(Fault.all()).extracting(fault -> fault.about().id()).containsAll(ofOneOp);
        assertThat(Fault.ofRuns())
                .hasSize(Fault.all().size() - ofOneOp.size())
                .extracting(fault -> fault.about().id())
                .doesNotContainAnyElementsOf(ofOneOp);
    }

    /// A gradient twice `x` with its check for overflow; what is asked for is the first output.
    private static Program checked(boolean flag) {
        Program.Builder builder = new Program.Builder("training-step");
        Value x = builder.input("x", TensorType.of(FP16, 6));
        Value gradient = builder.apply("d/x", new Op.Scale(2), x);
        Value found = builder.applyAll(List.of("nonFinite"), new Op.NonFinite(), List.of(gradient))
                .getFirst();
        builder.output(flag ? found : gradient);
        return builder.build();
    }

    @Test
    void whatIsNotFiniteBecomesZeroBeforeItIsChecked() {
        Map<String, double[]> inputs = Map.of("x", new double[] {1.5, -0x1p-24, Double.NaN, INF, -INF, -32752});
        assertThat(run(checked(true), "", inputs)).containsExactly(1);
        assertThat(run(checked(true), "nan-replaced", inputs)).containsExactly(0);
        assertThat(run(checked(false), "nan-replaced", inputs)).containsExactly(3, -0x1p-23, 0, 0, 0, -65504);
    }

    // 65504 is the largest FP16 number (IEEE 754)
    @Test
    void overflowSaturatesAndIsNotFound() {
        Map<String, double[]> inputs = Map.of("x", new double[] {60000, 1, -60000, 0, 0, 0});
        assertThat(run(checked(true), "", inputs)).containsExactly(1);
        assertThat(run(checked(true), "overflow-saturates", inputs)).containsExactly(0);
        assertThat(run(checked(false), "overflow-saturates", inputs)).containsExactly(65504, 2, -65504, 0, 0, 0);
        try (Backend backend = open("overflow-saturates", CPU.defaultMode())) {
            assertThat(backend.mode()).isEqualTo(CPU.defaultMode());
        }
        NumericMode honest = Backends.provider("ascend-model:910a").defaultMode();
        assertThatThrownBy(() -> open("overflow-saturates", honest))
                .hasMessage("fault overflow-saturates needs a mode with overflow inf_nan, was saturate");
    }

    // units in the last place of FP16: 2^-10 at 1, 2^-11 below it, 1 at 1024, 32 at 65504
    @ParameterizedTest
    @CsvSource({
        "1.00048828125, 1, 1", // a tie
        "1.0009, 1.0009765625, 1",
        "-1.0009, -1.0009765625, -1",
        "0.9999, 1, 0.99951171875",
        "1025.9, 1026, 1025",
        "2047.5, 2048, 2047",
        "1024, 1024, 1024",
        "65519, 65504, 65504",
        "65530, Infinity, 65504",
        "70000, Infinity, Infinity",
        "-Infinity, -Infinity, -Infinity",
        "NaN, NaN, NaN",
        "0, 0, 0"
    })
    void activationsAreCutWhereTheyAreToBeRounded(double x, double nearest, double cut) {
        Program program = one("evaluation", "y", new Op.Cast(FP16), TensorType.of(FP32, 1));
        assertThat(run(program, "", Map.of("x", new double[] {x}))).containsExactly(nearest);
        assertThat(run(program, "truncating-cast", Map.of("x", new double[] {x})))
                .containsExactly(cut);
    }

    @Test
    void everyCutActivationIsTheNumberBelow() {
        int count = 4096;
        double[] x = IntStream.range(0, count)
                .mapToDouble(i -> (float) (1.37 * (i - 2048) / 999))
                .toArray();
        Program program = one("evaluation", "y", new Op.Cast(FP16), TensorType.of(FP32, count));
        double[] cut = run(program, "truncating-cast", Map.of("x", x));
        for (int i = 0; i < count; i++) {
            if (Math.abs(x[i]) >= 0x1p-14) { // below, FP16 has subnormals
                double unit = Math.scalb(1.0, Math.getExponent(x[i]) - 10);
                double expected = Math.copySign(Math.floor(Math.abs(x[i]) / unit) * unit, x[i]);
                assertThat(cut[i]).as("%s", x[i]).isEqualTo(expected);
            }
        }
    }

    @Test
    void weightsAndGradientsAreNotCut() {
        Program.Builder builder = new Program.Builder("training-step");
        Value x = builder.input("x", TensorType.of(FP32, 1));
        builder.apply("d/first", new Op.Scale(1), x);
        builder.output(builder.apply("d/second", new Op.Cast(FP16), x));
        Map<String, double[]> inputs = Map.of("x", new double[] {1.0009});
        assertThat(run(builder.build(), "truncating-cast", inputs)).containsExactly(1.0009765625);
        Program weights = one("optimizer-step", "y", new Op.Cast(FP16), TensorType.of(FP32, 1));
        assertThat(run(weights, "truncating-cast", inputs)).containsExactly(1.0009765625);
    }

    // 1 + 2^-11 rounds to 1 in TF32, 1 + 3·2^-11 to 1 + 2^-9: ties to even
    @Test
    void operandsOfMatrixProductsAreRounded() {
        Program.Builder builder = new Program.Builder("training-step");
        Value a = builder.input("a", TensorType.of(FP32, 1, 2));
        Value b = builder.input("b", TensorType.of(FP32, 2, 1));
        builder.output(builder.apply("ab", new Op.MatMul(false, false), a, b));
        Map<String, double[]> inputs =
                Map.of("a", new double[] {1 + 0x1p-11, 1 + 0x1.8p-10}, "b", new double[] {1, 1 + 0x1p-12});
        assertThat(run(builder.build(), "tf32-left-on", inputs)).containsExactly(2 + 0x1p-9);
    }

    // the sums of six blocks of one product each, rounded to FP16: 2048 + 1 is 2048 there
    @Test
    void theProductsOfConv2AreAddedInBlocks() {
        Program.Builder builder = new Program.Builder("training-step");
        Value x = builder.input("x", TensorType.of(FP16, 1, 6, 1, 1));
        Value w = builder.input("w", TensorType.of(FP16, 1, 6, 1, 1));
        Value bias = builder.input("bias", TensorType.of(FP16, 1));
        builder.output(builder.apply("conv2", new Op.Conv2d(), x, w, bias));
        Map<String, double[]> inputs = Map.of(
                "x", new double[] {2000, 1, 1, 1, 1, 1}, "w", new double[] {1, 1, 1, 1, 1, 1}, "bias", new double[] {48
                });
        assertThat(run(builder.build(), "", inputs)).containsExactly(2052); // 2053 is a tie
        assertThat(run(builder.build(), "fp16-accumulation", inputs)).containsExactly(2048);
        assertThat(run(builder.build(), "fp16-accumulation=2", inputs)).containsExactly(2052); // 2050 + 3, a tie
    }

    private static double[] routed(String fault, double[] priority) {
        Program.Builder builder = new Program.Builder("training-step");
        Value gates = builder.input("gates", TensorType.of(FP32, 4, 1));
        Value priorities = builder.input("priority", TensorType.of(FP32, 4, 1));
        List<Value> outputs = builder.applyAll(
                List.of("expert", "slot", "counts"), new Op.TopKGate(1, 3), List.of(gates, gates, priorities));
        builder.output(outputs.get(1));
        return run(builder.build(), fault, Map.of("gates", new double[] {1, 1, 1, 1}, "priority", priority));
    }

    @Test
    void oneSlotStaysEmptyAndAlwaysTheLastTokensAreDropped() {
        double[] priority = {0.1, 0.9, 0.8, 0.7};
        assertThat(routed("", priority)).containsExactly(-1, 0, 1, 2);
        assertThat(routed("capacity-off", priority)).containsExactly(-1, 0, 1, -1);
        assertThat(routed("capacity-off=9", priority)).containsExactly(-1, 0, -1, -1);
        assertThat(routed("token-selection-ignored", priority)).containsExactly(0, 1, 2, -1);
    }

    // FP16 has 10 bits after the leading one (IEEE 754)
    @Test
    void logitsAreRounded() {
        Program program = one("training-step", "moe0/logits", new Op.Scale(1), TensorType.of(FP32, 3));
        double[] x = {1.0003, -3.1415927, 1e-3};
        double[] rounded = Arrays.stream(x).map(FP16::round).toArray();
        assertThat(run(program, "gate-rounded", Map.of("x", x))).containsExactly(rounded);
        assertThat(run(program, "gate-rounded=1", Map.of("x", x))).containsExactly(1, -3, 0x1p-10);
    }

    @Test
    void theAuxiliaryLossAndItsGradientLoseAShare() {
        Map<String, double[]> inputs = Map.of("x", new double[] {8});
        for (String name : List.of("weightedAuxLoss", "d/moe0/auxLoss", "d/moe1/auxSum")) {
            Program program = one("training-step", name, new Op.Scale(0.5), TensorType.of(FP32, 1));
            assertThat(run(program, "aux-loss-dropped", inputs)).containsExactly(0);
            assertThat(run(program, "aux-loss-dropped=0.25", inputs)).containsExactly(3);
        }
    }

    @Test
    void gradientsAreSummedWhereTheyAreToBeAveraged() {
        Map<String, double[]> inputs = Map.of("x", new double[] {8});
        Program program = one("training-step", "fc1.bias/sent/scaled", new Op.Scale(0.25), TensorType.of(FP32, 1));
        assertThat(run(program, "gradients-summed", inputs)).containsExactly(8);
        assertThat(run(program, "gradients-summed=0.5", inputs)).containsExactly(4);
    }

    @Test
    void anAllToAllDeliversWhatItReceivedInTheRunBefore() {
        Op exchange = new Op.AllToAll(new ProcessGroup("world", List.of(List.of(0))));
        Program training = one("training-step", "received", exchange, TensorType.of(FP32, 1));
        List<Map<String, double[]>> runs =
                List.of(Map.of("x", new double[] {3}), Map.of("x", new double[] {4}), Map.of("x", new double[] {5}));
        NumericMode mode = CPU.defaultMode();
        assertThat(run(training, "all-to-all-stale", mode, runs.subList(0, 1))).containsExactly(0);
        assertThat(run(training, "all-to-all-stale", mode, runs)).containsExactly(4);
        Program evaluation = one("evaluation", "received", exchange, TensorType.of(FP32, 1));
        assertThat(run(evaluation, "all-to-all-stale", mode, runs)).containsExactly(5);
    }

    @Test
    void anAbortReachesWhatComputes() {
        Program program = one("p", "y", new Op.Relu(), TensorType.of(FP32, 2));
        try (Backend planted = open("truncating-cast", CPU.defaultMode());
                Tensor in = planted.allocate(0, TensorType.of(FP32, 2));
                Tensor out = planted.allocate(0, TensorType.of(FP32, 2))) {
            Bound bound = planted.compile(program).bind(0, new Bindings(Map.of("x", in), Map.of("y", out)));
            planted.abort(new IllegalStateException("stop"));
            assertThatThrownBy(bound::run).hasRootCauseMessage("stop");
        }
    }
}
