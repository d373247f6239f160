package dev.parity.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whole programs: what is fused, captured or written in place gives what its Ops give one by one.
interface ProgramTests {
    /// Ranks of the training step.
    int WORLD = 2;

    /// Returns the backend to test, or skips the test if it is not here.
    ///
    /// @return its provider
    BackendProvider provider();

    /// A training step: a convolutional and a linear layer forward and backward, the gradients' sum over
    /// the ranks and their statistics, and the update.
    private static Program trainingStep(ElementType t, int images) {
        Program.Builder builder = new Program.Builder("training step");
        Value x = builder.input("x", TensorType.of(t, images, 3, 12, 12));
        Value w = builder.input("w", TensorType.of(t, 6, 3, 5, 5));
        Value b = builder.input("b", TensorType.of(t, 6));
        Value w2 = builder.input("w2", TensorType.of(t, 10, 96));
        Value b2 = builder.input("b2", TensorType.of(t, 10));
        Value labels = builder.input("labels", TensorType.of(ElementType.INT32, images));
        Value scale = builder.input("scale", TensorType.of(t));
        Value conv = builder.apply("conv", new Op.Conv2d(), x, w, b);
        Value relu = builder.apply("relu", new Op.Relu(), conv);
        Value pool = builder.apply("pool", new Op.MaxPool2d(2), relu);
        Value flat = builder.apply("flat", new Op.Reshape(Shape.of(images, 96)), pool);
        Value logits = builder.apply("logits", new Op.MatMul(false, true), flat, w2, b2);
        Value loss = builder.apply("loss", new Op.CrossEntropy(), logits, labels);
        Value dLogits = builder.apply("dLogits", new Op.CrossEntropyGrad(), scale, logits, labels);
        Value dw2 = builder.apply("dw2", new Op.MatMul(true, false), dLogits, flat);
        Value dFlat = builder.apply("dFlat", new Op.MatMul(false, false), dLogits, w2);
        Value dPool = builder.apply("dPool", new Op.Reshape(Shape.of(images, 6, 4, 4)), dFlat);
        Value dRelu = builder.apply("dRelu", new Op.MaxPool2dGrad(2), dPool, relu);
        Value dConv = builder.apply("dConv", new Op.ReluGrad(), dRelu, relu);
        Value dx = builder.apply("dx", new Op.Conv2dInputGrad(), dConv, w);
        Value dw = builder.apply("dw", new Op.Conv2dWeightGrad(), x, dConv);
        Value db = builder.apply("db", new Op.ReduceSum(List.of(0, 2, 3)), dConv);
        Op sum = new Op.AllReduce(new ProcessGroup("both", List.of(List.of(0, 1))), Op.Reduction.SUM);
        Value dwHalf = builder.apply("dw/half", new Op.Scale(0.5), dw);
        Value dbHalf = builder.apply("db/half", new Op.Scale(0.5), db);
        List<Value> reduced = builder.applyAll(List.of("dw/sum", "db/sum"), sum, List.of(dwHalf, dbHalf));
        Value dw2Half = builder.apply("dw2/half", new Op.Scale(0.5), dw2);
        Value dw2Sum = builder.apply("dw2/sum", sum, dw2Half);
        List<Value> gradients = List.of(reduced.get(0), reduced.get(1), dw2Sum);
        Value found = builder.applyAll(List.of("found"), new Op.NonFinite(), gradients)
                .getFirst();
        Value norms =
                builder.applyAll(List.of("norms"), new Op.Norm(), gradients).getFirst();
        TensorType master = TensorType.of(ElementType.FP32, 10, 96);
        List<Value> states =
                List.of(builder.input("master", master), builder.input("m", master), builder.input("v", master));
        Value control = builder.input("control", TensorType.of(ElementType.FP32, 4));
        List<Value> updated = builder.applyAll(
                List.of("master/new", "m/new", "v/new"),
                new Op.AdamW(0.8, 0.999, 1e-8, 0.01),
                List.of(states.get(0), states.get(1), states.get(2), dw2Sum, control));
        builder.output(loss, pool, dx, found, norms, builder.apply("w2/new", new Op.Cast(t), updated.getFirst()));
        gradients.forEach(builder::output);
        updated.forEach(builder::output);
        return builder.build();
    }

    private static Map<String, double[]> draw(Program program, Random random) {
        Map<String, double[]> values = new HashMap<>();
        for (Value input : program.inputs()) {
            double[] drawn = new double[input.shape().size()];
            for (int i = 0; i < drawn.length; i++) {
                // zeros as behind a Relu, and ties in windows
                drawn[i] = input.element() == ElementType.INT32
                        ? random.nextInt(10)
                        : random.nextInt(4) == 0 ? 0 : Math.rint(random.nextGaussian() * 8) / 32;
            }
            values.put(input.name(), drawn);
        }
        values.put("v", random.doubles(960).map(v -> (float) v).toArray());
        values.put("scale", new double[] {4});
        values.put("control", new double[] {0.25, 0.0009765625, 0.5, 0.125});
        return values;
    }

    /// Runs each node as a program of its own.
    private static Map<String, double[]> oneByOne(
            Backend backend, List<Executable> nodes, Program program, int rank, Map<String, double[]> inputs) {
        Map<String, Tensor> tensors = Runs.allocate(backend, rank, program.inputs());
        tensors.forEach((name, tensor) -> tensor.write(Runs.known(inputs, name)));
        for (int i = 0; i < nodes.size(); i++) {
            Node node = program.nodes().get(i);
            tensors.putAll(Runs.allocate(backend, rank, node.outputs()));
            try (Bound bound = nodes.get(i).bind(rank, bindings(node.inputs(), node.outputs(), tensors))) {
                bound.run();
            }
        }
        return Runs.read(bindings(List.of(), program.outputs(), tensors).outputs());
    }

    private static Bindings bindings(List<Value> inputs, List<Value> outputs, Map<String, Tensor> tensors) {
        Map<String, Tensor> in = new HashMap<>();
        Map<String, Tensor> out = new HashMap<>();
        inputs.forEach(value -> in.put(value.name(), Runs.known(tensors, value.name())));
        outputs.forEach(value -> out.put(value.name(), Runs.known(tensors, value.name())));
        return new Bindings(in, out);
    }

    /// A training step gives the bits of its Ops.
    ///
    /// @param type compute type
    @ParameterizedTest
    @EnumSource(names = {"FP32", "FP16", "BF16"})
    default void aProgramGivesWhatItsOpsGiveOneByOne(ElementType type) {
        BackendProvider provider = provider();
        assumeTrue(provider.defaultMode().deterministic(), "the backend does not promise equal bits");
        for (int images : new int[] {1, 3, 8}) {
            Program program = trainingStep(type, images);
            Random random = new Random(images);
            List<Map<String, double[]>> inputs = List.of(draw(program, random), draw(program, random));
            List<Map<String, double[]>> whole = Runs.of(provider, program, inputs);
            try (Backend backend = provider.open(WORLD, provider.defaultMode())) {
                List<Executable> nodes = new ArrayList<>();
                for (Node node : program.nodes()) {
                    nodes.add(backend.compile(new Program(
                            "one Op", node.inputs().stream().distinct().toList(), List.of(node), node.outputs())));
                }
                List<Map<String, double[]>> parts =
                        Runs.onAllRanks(WORLD, rank -> oneByOne(backend, nodes, program, rank, inputs.get(rank)));
                for (int rank = 0; rank < WORLD; rank++) {
                    for (Value output : program.outputs()) {
                        assertThat(Runs.known(whole.get(rank), output.name()))
                                .as("%s, rank %d, %d images", output, rank, images)
                                .isEqualTo(Runs.known(parts.get(rank), output.name()));
                    }
                }
            }
        }
    }

    /// An optimizer's states are updated where they are.
    @Test
    default void statesAreUpdatedInPlace() {
        TensorType type = TensorType.of(ElementType.FP32, 37);
        Program.Builder builder = new Program.Builder("update");
        List<Value> inputs = List.of(
                builder.input("master", type),
                builder.input("buffer", type),
                builder.input("gradient", type),
                builder.input("control", TensorType.of(ElementType.FP32, 2)));
        builder.applyAll(List.of("master/new", "buffer/new"), new Op.Sgd(0.9), inputs)
                .forEach(builder::output);
        Program program = builder.build();
        Random random = new Random(5);
        Map<String, double[]> values = new HashMap<>();
        inputs.forEach(value -> values.put(
                value.name(),
                random.doubles(value.shape().size()).map(v -> (float) v).toArray()));
        Map<String, double[]> apart =
                Runs.of(provider(), program, List.of(values)).getFirst();
        try (Backend backend = provider().open(1, provider().defaultMode())) {
            Map<String, Tensor> in = Runs.allocate(backend, 0, program.inputs());
            in.forEach((name, tensor) -> tensor.write(Runs.known(values, name)));
            Map<String, Tensor> out =
                    Map.of("master/new", Runs.known(in, "master"), "buffer/new", Runs.known(in, "buffer"));
            try (Bound bound = backend.compile(program).bind(0, new Bindings(in, out))) {
                bound.run();
            }
            assertThat(Runs.read(out)).usingRecursiveComparison().isEqualTo(apart);
        }
    }

    /// Inputs that are outputs too may change places.
    @Test
    default void inputsChangePlaces() {
        TensorType type = TensorType.of(ElementType.FP32, 2);
        Program.Builder builder = new Program.Builder("swap");
        Value x = builder.input("x", type);
        Value z = builder.input("z", type);
        builder.output(x, z, builder.apply("sum", new Op.Add(), x, z));
        try (Backend backend = provider().open(1, provider().defaultMode());
                Tensor first = backend.allocate(0, type);
                Tensor second = backend.allocate(0, type);
                Tensor sum = backend.allocate(0, type)) {
            first.write(new double[] {1, 2});
            second.write(new double[] {3, 5});
            Bindings swapped =
                    new Bindings(Map.of("x", first, "z", second), Map.of("x", second, "z", first, "sum", sum));
            try (Bound bound = backend.compile(builder.build()).bind(0, swapped)) {
                bound.run();
            }
            assertThat(first.toArray()).containsExactly(3, 5);
            assertThat(second.toArray()).containsExactly(1, 2);
            assertThat(sum.toArray()).containsExactly(4, 7);
        }
    }

    /// An output is written after all inputs were read, also where its tensor is that of an input.
    @Test
    default void anInputIsReadBeforeAnOutputIsWrittenOverIt() {
        TensorType type = TensorType.of(ElementType.FP32, 3);
        Program.Builder builder = new Program.Builder("in place");
        Value x = builder.input("x", type);
        Value z = builder.input("z", type);
        Value sum = builder.apply("sum", new Op.Add(), x, z);
        builder.output(sum, builder.apply("product", new Op.Multiply(), x, sum));
        try (Backend backend = provider().open(1, provider().defaultMode());
                Tensor first = backend.allocate(0, type);
                Tensor second = backend.allocate(0, type)) {
            first.write(new double[] {1, 2, 3});
            second.write(new double[] {10, 20, 30});
            Bindings crossed = new Bindings(Map.of("x", first, "z", second), Map.of("sum", first, "product", second));
            try (Bound bound = backend.compile(builder.build()).bind(0, crossed)) {
                bound.run();
                assertThat(first.toArray()).containsExactly(11, 22, 33);
                assertThat(second.toArray()).containsExactly(11, 44, 99);
                bound.run();
                assertThat(first.toArray()).containsExactly(22, 66, 132);
                assertThat(second.toArray()).containsExactly(242, 1452, 4356);
            }
        }
    }
}
