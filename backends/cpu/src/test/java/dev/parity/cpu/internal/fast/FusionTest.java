package dev.parity.cpu.internal.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.Backend;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is computed together gives the bits of what is computed Op by Op.
final class FusionTest {
    private static final NumericMode FAST = Backends.provider("cpu").defaultMode();

    /// A convolution with Relu and pooling, all its gradients, and their statistics.
    private static Program program(ElementType type, int images, int channels, int outputs, int size, int kernel) {
        Program.Builder builder = new Program.Builder("convolution");
        int edge = size - kernel + 1;
        Value x = builder.input("x", TensorType.of(type, images, channels, size, size));
        Value w = builder.input("w", TensorType.of(type, outputs, channels, kernel, kernel));
        Value b = builder.input("b", TensorType.of(type, outputs));
        Value dy = builder.input("dy", TensorType.of(type, images, outputs, edge / 2, edge / 2));
        Value conv = builder.apply("conv", new Op.Conv2d(), x, w, b);
        Value relu = builder.apply("relu", new Op.Relu(), conv);
        Value pool = builder.apply("pool", new Op.MaxPool2d(2), relu);
        Value dRelu = builder.apply("dRelu", new Op.MaxPool2dGrad(2), dy, relu);
        Value dConv = builder.apply("dConv", new Op.ReluGrad(), dRelu, relu);
        Value dx = builder.apply("dx", new Op.Conv2dInputGrad(), dConv, w);
        Value dw = builder.apply("dw", new Op.Conv2dWeightGrad(), x, dConv);
        Value db = builder.apply("db", new Op.ReduceSum(List.of(0, 2, 3)), dConv);
        List<Value> all = List.of(dx, dw, db);
        Value found =
                builder.applyAll(List.of("found"), new Op.NonFinite(), all).getFirst();
        Value norms = builder.applyAll(List.of("norms"), new Op.Norm(), all).getFirst();
        builder.output(pool, dx, dw, db, found, norms);
        return builder.build();
    }

    /// The fast path without its fusion.
    private record OpByOp(FloatKernels fused) implements HostBackend.Kernels<FloatTensor> {
        @Override
        public FloatTensor allocate(TensorType type) {
            return fused.allocate(type);
        }

        @Override
        public void copy(FloatTensor from, FloatTensor to) {
            fused.copy(from, to);
        }

        @Override
        public Support supports(ElementType type) {
            return fused.supports(type);
        }

        @Override
        public List<Step> plan(Program program, Map<Value, FloatTensor> bound, Exchanges exchanges) {
            return new OpPlan(program, bound, exchanges, new PlainArithmetic()).steps();
        }
    }

    private static Map<String, Tensor> run(
            Program program, HostBackend.Kernels<FloatTensor> kernels, Map<String, double[]> inputs) {
        try (Backend backend = new HostBackend<>("test", 1, FAST, kernels)) {
            Map<String, Tensor> in = new HashMap<>();
            program.inputs().forEach(value -> {
                Tensor tensor = backend.allocate(0, value.type());
                tensor.write(inputs.get(value.name()));
                in.put(value.name(), tensor);
            });
            Map<String, Tensor> out = new HashMap<>();
            program.outputs().forEach(value -> out.put(value.name(), backend.allocate(0, value.type())));
            Bindings bindings = new Bindings(in, out);
            Bound bound = backend.compile(program).bind(0, bindings);
            bound.run();
            bound.run(); // a second run finds the first one's buffers
            return out;
        }
    }

    private static void compare(Program program, Map<String, double[]> inputs) {
        Map<String, Tensor> fused = run(program, new FloatKernels(), inputs);
        Map<String, Tensor> plain = run(program, new OpByOp(new FloatKernels()), inputs);
        plain.forEach(
                (name, tensor) -> assertThat(fused.get(name).toArray()).as(name).isEqualTo(tensor.toArray()));
    }

    private static Map<String, double[]> random(Program program, long seed) {
        Random random = new Random(seed);
        Map<String, double[]> inputs = new HashMap<>();
        for (Value value : program.inputs()) {
            double[] values = new double[value.shape().size()];
            for (int i = 0; i < values.length; i++) {
                // few values, so that windows have ties; many zeros, as behind a Relu
                values[i] = random.nextInt(3) == 0 ? 0 : Math.rint(random.nextGaussian() * 4) / 8;
            }
            inputs.put(value.name(), values);
        }
        return inputs;
    }

    @ParameterizedTest
    @CsvSource({"8,3,6,32,5", "8,6,16,14,5", "4,3,6,32,5", "1,6,16,14,5", "3,2,5,8,3", "2,7,4,10,5", "16,6,16,14,5"})
    void aPooledConvolutionEqualsItsOps(int images, int channels, int outputs, int size, int kernel) {
        for (ElementType type : List.of(ElementType.FP32, ElementType.FP16, ElementType.BF16)) {
            Program program = program(type, images, channels, outputs, size, kernel);
            assertThat(PooledConvolution.find(program)).hasSize(1);
            compare(program, random(program, 1));
        }
    }

    @Test
    void nonFiniteValuesSpreadAlike() {
        Program program = program(ElementType.FP16, 8, 6, 16, 14, 5);
        for (String where : List.of("x", "w", "b", "dy")) {
            for (double planted : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                Map<String, double[]> inputs = random(program, 2);
                double[] values = inputs.get(where);
                values[values.length / 2] = planted;
                compare(program, inputs);
            }
        }
    }

    @Test
    void anUpdateWithItsCastEqualsItsOps() {
        TensorType master = TensorType.of(ElementType.FP32, 2500);
        Program.Builder builder = new Program.Builder("optimizer");
        Value w = builder.input("w", master);
        Value m = builder.input("m", master);
        Value v = builder.input("v", master);
        Value g = builder.input("g", TensorType.of(ElementType.FP16, 2500));
        Value adam = builder.input("adamControl", TensorType.of(ElementType.FP32, 4));
        Value sgd = builder.input("sgdControl", TensorType.of(ElementType.FP32, 2));
        List<Value> first = builder.applyAll(
                List.of("w1", "m1", "v1"), new Op.AdamW(0.8, 0.999, 1e-8, 0.01), List.of(w, m, v, g, adam));
        List<Value> second = builder.applyAll(List.of("w2", "b2"), new Op.Sgd(0.9), List.of(w, m, g, sgd));
        builder.output(builder.apply("half", new Op.Cast(ElementType.FP16), first.getFirst()));
        builder.output(builder.apply("brain", new Op.Cast(ElementType.BF16), second.getFirst()));
        builder.output(first.get(0), first.get(1), first.get(2), second.get(0), second.get(1));
        Program program = builder.build();
        Map<String, double[]> inputs = random(program, 4);
        inputs.put("v", Arrays.stream(inputs.get("v")).map(Math::abs).toArray());
        inputs.put("adamControl", new double[] {0.5, 0.001, 0.2, 0.03});
        inputs.put("sgdControl", new double[] {0.5, 0.001});
        compare(program, inputs);
    }

    @Test
    void valuesThatOthersReadAreNotFused() {
        Program program = program(ElementType.FP32, 2, 3, 6, 12, 5);
        Value conv = program.nodes().getFirst().output();
        Program open = new Program(
                "open",
                program.inputs(),
                program.nodes(),
                List.of(conv, program.outputs().getFirst()));
        assertThat(PooledConvolution.find(open)).isEmpty();
        compare(open, random(open, 3));
    }
}
