package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
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
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Checks every Op's gradient against central differences in fp64 on the exact golden.
final class GradientTest {

    /// An Op to differentiate: which inputs are differentiated, and what the others hold.
    record Trial(String name, Op op, List<TensorType> inputs, List<Integer> wanted, int world) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static TensorType fp64(int... extents) {
        return TensorType.of(ElementType.FP64, extents);
    }

    private static TensorType fp32(int... extents) {
        return TensorType.of(ElementType.FP32, extents);
    }

    private static TensorType ints(int... extents) {
        return TensorType.of(ElementType.INT32, extents);
    }

    private static Trial trial(String name, Op op, List<Integer> wanted, TensorType... inputs) {
        return new Trial(name, op, List.of(inputs), wanted, 1);
    }

    static Stream<Trial> trials() {
        ProcessGroup pair = new ProcessGroup("pair", List.of(List.of(0, 1)));
        List<Trial> trials = new ArrayList<>(List.of(
                trial("add", new Op.Add(), List.of(0, 1), fp64(3, 4), fp64(3, 4)),
                trial("multiply", new Op.Multiply(), List.of(0, 1), fp64(3, 4), fp64(3, 4)),
                trial("scale", new Op.Scale(0.25), List.of(0), fp64(5)),
                trial("relu", new Op.Relu(), List.of(0), fp64(3, 4)),
                trial("cast", new Op.Cast(ElementType.FP64), List.of(0), fp32(5)),
                trial("reshape", new Op.Reshape(Shape.of(6, 2)), List.of(0), fp64(3, 4)),
                trial("transpose", new Op.Transpose(List.of(2, 0, 1)), List.of(0), fp64(2, 3, 4)),
                trial("matmul", new Op.MatMul(false, false), List.of(0, 1), fp64(3, 4), fp64(4, 5)),
                trial("matmul A'", new Op.MatMul(true, false), List.of(0, 1), fp64(4, 3), fp64(4, 5)),
                trial("matmul B'", new Op.MatMul(false, true), List.of(0, 1), fp64(3, 4), fp64(5, 4)),
                trial("matmul A'B'", new Op.MatMul(true, true), List.of(0, 1), fp64(4, 3), fp64(5, 4)),
                trial("linear", new Op.MatMul(false, true), List.of(0, 1, 2), fp64(3, 4), fp64(5, 4), fp64(5)),
                trial(
                        "batched",
                        new Op.MatMul(false, true),
                        List.of(0, 1, 2),
                        fp64(2, 3, 4),
                        fp64(2, 5, 4),
                        fp64(2, 5)),
                trial("conv", new Op.Conv2d(), List.of(0, 1, 2), fp64(2, 2, 6, 5), fp64(3, 2, 3, 3), fp64(3)),
                trial("max pool", new Op.MaxPool2d(2), List.of(0), fp64(2, 2, 4, 6)),
                trial("softmax", new Op.Softmax(), List.of(0), fp64(3, 5)),
                trial("cross entropy", new Op.CrossEntropy(), List.of(0), fp64(4, 5), ints(4)),
                trial("gate weights, top-1", new Op.GateWeights(), List.of(0), fp32(5, 3), ints(5, 1), ints(5, 1)),
                trial("gate weights, top-2", new Op.GateWeights(), List.of(0), fp32(5, 3), ints(5, 2), ints(5, 2)),
                trial("dispatch", new Op.Dispatch(3, 2), List.of(0), fp64(5, 4), ints(5, 1), ints(5, 1)),
                trial("combine", new Op.Combine(), List.of(0, 1), fp64(3, 2, 4), fp64(5, 2), ints(5, 2), ints(5, 2)),
                trial("balance loss", new Op.LoadBalanceLoss(), List.of(0), fp32(5, 3), ints(5, 1)),
                trial("scale rows", new Op.ScaleRows(1), List.of(0, 1), fp64(4, 3), fp64(4, 2))));
        trials.add(new Trial("all-to-all", new Op.AllToAll(pair), List.of(fp64(4, 3)), List.of(0), 2));
        return trials.stream();
    }

    @ParameterizedTest
    @MethodSource("trials")
    void agreesWithCentralDifferences(Trial trial) {
        Random random = new Random(11);
        List<Map<String, double[]>> inputs = new ArrayList<>();
        for (int rank = 0; rank < trial.world; rank++) {
            inputs.add(draw(trial, random));
        }
        List<Map<String, double[]>> analytic = run(program(trial), trial.world, inputs);
        for (int rank = 0; rank < trial.world; rank++) {
            for (int wanted : trial.wanted) {
                double[] values = inputs.get(rank).get("in" + wanted);
                double[] gradient = analytic.get(rank).get("g" + wanted);
                // gating is typed FP32: its inputs are rounded when written, so its step must be exact in
                // FP32
                boolean narrow = trial.inputs.get(wanted).element() == ElementType.FP32;
                double step = narrow ? 0x1p-12 : 0x1p-20;
                for (int i = 0; i < values.length; i++) {
                    double before = values[i];
                    values[i] = before + step;
                    double above = loss(trial, inputs);
                    values[i] = before - step;
                    double below = loss(trial, inputs);
                    values[i] = before;
                    // truncation is about step² times a third derivative below 100, cancellation
                    // 2^-53·loss/step
                    assertThat(gradient[i])
                            .as("rank %d, input %d, element %d", rank, wanted, i)
                            .isCloseTo((above - below) / (2 * step), Offset.offset(narrow ? 6e-6 : 2e-8));
                }
            }
        }
    }

    /// The loss over all ranks.
    private static double loss(Trial trial, List<Map<String, double[]>> inputs) {
        return run(program(trial), trial.world, inputs).stream()
                .mapToDouble(rank -> rank.get("loss")[0])
                .sum();
    }

    /// loss = Σ weights · op(inputs), so that no gradient is trivial.
    private static Program program(Trial trial) {
        Program.Builder builder = new Program.Builder(trial.name);
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < trial.inputs.size(); i++) {
            arguments.add(builder.input("in" + i, trial.inputs.get(i)));
        }
        Value y = builder.applyAll(List.of("y"), trial.op, arguments).getFirst();
        Value wide = y.element() == ElementType.FP64 ? y : builder.apply("wide", new Op.Cast(ElementType.FP64), y);
        Value row = builder.apply("row", new Op.Reshape(Shape.of(1, y.shape().size())), wide);
        Value weights = builder.input("weights", fp64(1, y.shape().size()));
        Value loss = builder.apply("loss", new Op.MatMul(false, true), row, weights);
        Value seed = builder.input("seed", fp64(1, 1));
        List<Value> wanted = trial.wanted.stream().map(arguments::get).toList();
        List<Value> gradients = Gradient.append(builder, loss, seed, wanted);
        builder.output(loss);
        for (int i = 0; i < gradients.size(); i++) {
            builder.output(builder.apply(
                    "g" + trial.wanted.get(i), new Op.Reshape(gradients.get(i).shape()), gradients.get(i)));
        }
        return builder.build();
    }

    private static Map<String, double[]> draw(Trial trial, Random random) {
        Map<String, double[]> values = new HashMap<>();
        int classes = trial.inputs.getFirst().shape().rank() == 0
                ? 1
                : trial.inputs.getFirst().shape().extent(-1);
        for (int i = 0; i < trial.inputs.size(); i++) {
            TensorType type = trial.inputs.get(i);
            double[] array = new double[type.shape().size()];
            for (int j = 0; j < array.length; j++) {
                array[j] = type.element().isFloating()
                        ? type.element().round(random.nextGaussian())
                        : random.nextInt(Math.min(3, classes));
            }
            if (trial.op instanceof Op.GateWeights && i == 0) {
                for (int j = 0; j < array.length; j++) {
                    array[j] = (float) (0.2 + random.nextDouble());
                }
            }
            values.put("in" + i, array);
        }
        route(trial, values);
        int size = trial.op.infer(trial.inputs).getFirst().shape().size();
        values.put("weights", random.doubles(size, -1, 1).toArray());
        values.put("seed", new double[] {1});
        return values;
    }

    /// Gives routing that could come from a gate: slots in order, what exceeds the capacity of 2 is
    /// dropped.
    private static void route(Trial trial, Map<String, double[]> values) {
        List<Integer> routing = new ArrayList<>();
        for (int i = 0; i < trial.inputs.size(); i++) {
            if (trial.inputs.get(i).element() == ElementType.INT32
                    && trial.inputs.get(i).shape().rank() == 2) {
                routing.add(i);
            }
        }
        if (routing.isEmpty()) {
            return;
        }
        int k = trial.inputs.get(routing.getFirst()).shape().extent(1);
        double[] expert = values.get("in" + routing.getFirst());
        int[] next = new int[3];
        for (int i = 0; i < expert.length; i++) {
            expert[i] = (i / k + i % k) % 3;
            if (routing.size() > 1) {
                int location = next[(int) expert[i]]++;
                values.get("in" + routing.get(1))[i] = location < 2 ? location : -1;
            }
        }
    }

    private static List<Map<String, double[]>> run(Program program, int world, List<Map<String, double[]>> inputs) {
        try (Backend backend = Backends.provider("cpu-fp64")
                .open(world, Backends.provider("cpu-fp64").defaultMode())) {
            Executable executable = backend.compile(program);
            List<CompletableFuture<Map<String, double[]>>> ranks = new ArrayList<>();
            for (int rank = 0; rank < world; rank++) {
                int mine = rank;
                ranks.add(CompletableFuture.supplyAsync(
                        () -> run(backend, executable, program, mine, inputs.get(mine)),
                        task -> Thread.ofPlatform().start(task)));
            }
            return ranks.stream().map(CompletableFuture::join).toList();
        }
    }

    private static Map<String, double[]> run(
            Backend backend, Executable executable, Program program, int rank, Map<String, double[]> values) {
        Map<String, Tensor> in = new HashMap<>();
        Map<String, Tensor> out = new HashMap<>();
        for (Value value : program.inputs()) {
            // the golden keeps fp64 whatever the type says, but rounds what is written: FP32 inputs lose
            // the step
            Tensor tensor = backend.allocate(rank, value.type());
            tensor.write(values.get(value.name()));
            in.put(value.name(), tensor);
        }
        program.outputs().forEach(value -> out.put(value.name(), backend.allocate(rank, value.type())));
        executable.bind(rank, new Bindings(in, out)).run();
        Map<String, double[]> results = new HashMap<>();
        out.forEach((name, tensor) -> results.put(name, tensor.toArray()));
        return results;
    }

    @Test
    void anOpWithoutAGradientSaysSo() {
        Program.Builder builder = new Program.Builder("p");
        Value x = builder.input("x", fp64(3));
        Value loss =
                builder.applyAll(List.of("norm"), new Op.Norm(), List.of(x)).getFirst();
        Value seed = builder.input("seed", fp32(1));
        assertThatThrownBy(() -> Gradient.append(builder, loss, seed, List.of(x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no gradient is defined for")
                .hasMessageContaining("Norm");
    }

    @Test
    void aParameterThatTheLossDoesNotNeedIsAnError() {
        Program.Builder builder = new Program.Builder("p");
        Value x = builder.input("x", fp64(1));
        Value other = builder.input("other", fp64(1));
        Value loss = builder.apply("loss", new Op.Scale(2), x);
        assertThatThrownBy(() -> Gradient.append(builder, loss, x, List.of(other)))
                .hasMessageContaining("does not depend on");
    }
}
