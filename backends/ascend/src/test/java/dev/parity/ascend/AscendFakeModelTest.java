package dev.parity.ascend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.fakeascend.Layout;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Ops of which the fake device and the model of a 910B have the same bits. The model is an independent source: Java,
/// not the fake's C++. Not among them: GateWeightsGrad and Combine of two choices, where the model fuses a product with
/// the addition that follows, and the device is not said to.
@DisplayName("fake device against the model of a 910B")
final class AscendFakeModelTest {
    @BeforeAll
    static void load() {
        FakeNpu.fresh(Layout.CANN_9);
    }

    private static TensorType of(ElementType type, int... extents) {
        return TensorType.of(type, extents);
    }

    private record Trial(Op op, List<TensorType> inputs) {
        @Override
        public String toString() {
            return op + " " + inputs;
        }
    }

    static Stream<Trial> trials() {
        return Stream.of(ElementType.FP32, ElementType.FP16, ElementType.BF16)
                .flatMap(t -> Stream.of(
                        new Trial(new Op.Add(), List.of(of(t, 9, 7), of(t, 9, 7))),
                        new Trial(new Op.Multiply(), List.of(of(t, 9, 7), of(t, 9, 7))),
                        new Trial(new Op.Scale(0.3), List.of(of(t, 99))),
                        new Trial(new Op.Relu(), List.of(of(t, 99))),
                        new Trial(new Op.ReduceSum(List.of(0)), List.of(of(t, 150, 5))),
                        new Trial(new Op.ReduceSum(List.of(0, 2, 3)), List.of(of(t, 3, 5, 8, 8))),
                        new Trial(new Op.MatMul(false, true), List.of(of(t, 8, 400), of(t, 12, 400), of(t, 12))),
                        new Trial(new Op.MatMul(true, false), List.of(of(t, 33, 5), of(t, 33, 6))),
                        new Trial(new Op.MatMul(false, true), List.of(of(t, 2, 5, 84), of(t, 2, 9, 84), of(t, 2, 9))),
                        new Trial(new Op.Conv2d(), List.of(of(t, 2, 3, 12, 11), of(t, 6, 3, 5, 5), of(t, 6))),
                        new Trial(new Op.Conv2dInputGrad(), List.of(of(t, 2, 6, 8, 7), of(t, 6, 3, 5, 5))),
                        new Trial(new Op.Conv2dWeightGrad(), List.of(of(t, 2, 3, 12, 11), of(t, 2, 6, 8, 7))),
                        new Trial(new Op.MaxPool2d(2), List.of(of(t, 2, 3, 8, 6))),
                        new Trial(new Op.Softmax(), List.of(of(t, 5, 10))),
                        new Trial(new Op.SoftmaxGrad(), List.of(of(t, 5, 10), of(t, 5, 10))),
                        new Trial(new Op.ScaleRows(1), List.of(of(t, 5, 7), of(t, 5, 2))),
                        new Trial(new Op.ScaleRowsCoefficientGrad(1, 2), List.of(of(t, 5, 70), of(t, 5, 70))),
                        new Trial(new Op.Norm(), List.of(of(t, 5), of(t, 17, 19))),
                        new Trial(
                                new Op.Sgd(0.9),
                                List.of(
                                        of(ElementType.FP32, 37),
                                        of(ElementType.FP32, 37),
                                        of(t, 37),
                                        of(ElementType.FP32, 2)))));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void theBitsAreThoseOfTheModel(Trial trial) {
        assertThat(compute("ascend", trial)).isEqualTo(compute("ascend-model:910b", trial));
    }

    private static List<List<Double>> compute(String id, Trial trial) {
        BackendProvider provider = Backends.provider(id);
        Program.Builder builder = new Program.Builder("trial");
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < trial.inputs().size(); i++) {
            inputs.add(builder.input("in" + i, trial.inputs().get(i)));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < trial.op().infer(trial.inputs()).size(); i++) {
            names.add("out" + i);
        }
        builder.applyAll(names, trial.op(), inputs).forEach(builder::output);
        Program program = builder.build();
        Random random = new Random(20261129);
        Map<String, Tensor> bound = new HashMap<>();
        Map<String, Tensor> results = new HashMap<>();
        try (Backend backend = provider.open(1, provider.defaultMode())) {
            for (Value input : program.inputs()) {
                Tensor tensor = backend.allocate(0, input.type());
                tensor.write(random.doubles(input.shape().size(), -1, 1).toArray());
                bound.put(input.name(), tensor);
            }
            program.outputs().forEach(output -> results.put(output.name(), backend.allocate(0, output.type())));
            try (Bound ready = backend.compile(program).bind(0, new Bindings(bound, results))) {
                ready.run();
                return names.stream()
                        .map(name -> Arrays.stream(results.get(name).toArray())
                                .boxed()
                                .toList())
                        .toList();
            } finally {
                bound.values().forEach(Tensor::close);
                results.values().forEach(Tensor::close);
            }
        }
    }
}
