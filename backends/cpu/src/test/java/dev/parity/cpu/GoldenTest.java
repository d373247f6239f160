package dev.parity.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
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
import org.junit.jupiter.params.provider.CsvSource;

/// The golden and the fast path have routing and index code of their own, and agree.
final class GoldenTest {
    private static final int TRIALS = 200;

    /// Runs one Op several times on one Bound, and returns what the last run left.
    private static List<double[]> run(String id, Op op, List<TensorType> types, List<double[]> inputs, int runs) {
        Program.Builder builder = new Program.Builder("golden");
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            arguments.add(builder.input("in" + i, types.get(i)));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < op.infer(types).size(); i++) {
            names.add("out" + i);
        }
        List<Value> results = builder.applyAll(names, op, arguments);
        results.forEach(builder::output);
        BackendProvider provider = Backends.provider(id);
        try (Backend backend = provider.open(1, provider.defaultMode())) {
            Map<String, Tensor> in = new HashMap<>();
            for (int i = 0; i < types.size(); i++) {
                Tensor tensor = backend.allocate(0, types.get(i));
                tensor.write(inputs.get(i));
                in.put("in" + i, tensor);
            }
            Map<String, Tensor> out = new HashMap<>();
            results.forEach(value -> out.put(value.name(), backend.allocate(0, value.type())));
            try (Bound bound = backend.compile(builder.build()).bind(0, new Bindings(in, out))) {
                for (int run = 0; run < runs; run++) {
                    bound.run();
                }
            }
            return results.stream()
                    .map(value -> out.get(value.name()).toArray())
                    .toList();
        }
    }

    private static void agree(Op op, List<TensorType> types, List<double[]> inputs, String what) {
        List<double[]> golden = run("cpu-fp64", op, types, inputs, 1);
        List<double[]> fast = run("cpu", op, types, inputs, 1);
        for (int i = 0; i < golden.size(); i++) {
            assertThat(fast.get(i)).as("%s, output %d", what, i).isEqualTo(golden.get(i));
        }
    }

    // few values, so that there are ties; some NaN among what is compared
    @ParameterizedTest
    @CsvSource({"1,1,4", "1,4,3", "1,16,2", "2,3,3", "2,16,4"})
    void bothRouteAlike(int k, int capacity, int experts) {
        Random random = new Random(7);
        TensorType gates = TensorType.of(ElementType.FP32, 16, experts);
        for (int trial = 0; trial < TRIALS; trial++) {
            List<double[]> inputs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                double[] values =
                        random.ints(16L * experts, 0, 6).asDoubleStream().toArray();
                for (int j = 0; i < 2 && j < values.length; j += 1 + random.nextInt(values.length)) {
                    values[j] = random.nextBoolean() ? Double.NaN : -0.0;
                }
                inputs.add(values);
            }
            inputs.add(
                    random.ints(16, 0, 4).mapToDouble(used -> used == 0 ? 0 : 1).toArray());
            List<TensorType> types = List.of(gates, gates, gates, TensorType.of(ElementType.FP32, 16));
            agree(new Op.TopKGate(k, capacity), types, inputs, "seed 7, trial " + trial);
        }
    }

    // whole numbers, so that no order of a sum makes a difference
    @Test
    void bothIndexAlike() {
        Random random = new Random(8);
        TensorType type = TensorType.of(ElementType.FP32, 2, 3, 4, 5);
        List<double[]> inputs = List.of(random.ints(120, -9, 9).asDoubleStream().toArray());
        for (List<Integer> axes : List.of(List.of(3, 1, 0, 2), List.of(0, 2, 1, 3), List.of(1, 0, 3, 2))) {
            agree(new Op.Transpose(axes), List.of(type), inputs, "transpose " + axes);
        }
        for (List<Integer> axes : List.of(List.of(0), List.of(2), List.of(3), List.of(1, 2), List.of(0, 2, 3))) {
            agree(new Op.ReduceSum(axes), List.of(type), inputs, "sum over " + axes);
        }
    }

    // each run starts from nothing, in Ops that add to their output too
    @Test
    void aSecondRunGivesWhatTheFirstGave() {
        List<TensorType> types = List.of(
                TensorType.of(ElementType.FP32, 2, 3),
                TensorType.of(ElementType.FP32, 2, 2, 3),
                TensorType.of(ElementType.INT32, 2, 1),
                TensorType.of(ElementType.INT32, 2, 1));
        List<double[]> inputs = List.of(
                new double[] {1, 2, 3, 4, 5, 6},
                new double[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4},
                new double[] {1, 0},
                new double[] {0, 1});
        assertThat(run("cpu-fp64", new Op.CombineWeightGrad(), types, inputs, 2).getFirst())
                .containsExactly(18, 30);
    }
}
