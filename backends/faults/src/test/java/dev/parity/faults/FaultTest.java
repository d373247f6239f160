package dev.parity.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Fault;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FaultTest {
    private static final TensorType TYPE = TensorType.of(ElementType.FP32, 2);

    private static double[] run(Program program, String fault, Map<String, double[]> inputs) {
        BackendProvider provider = Backends.provider("cpu-fp64");
        Backend opened = provider.open(1, provider.defaultMode());
        try (Backend backend = fault.isEmpty() ? opened : Fault.plant(fault, opened)) {
            Map<String, Tensor> in = new HashMap<>();
            for (Value value : program.inputs()) {
                Tensor tensor = backend.allocate(0, value.type());
                tensor.write(inputs.get(value.name()));
                in.put(value.name(), tensor);
            }
            Map<String, Tensor> out = new HashMap<>();
            program.outputs().forEach(value -> out.put(value.name(), backend.allocate(0, value.type())));
            backend.compile(program).bind(0, new Bindings(in, out)).run();
            return out.get(program.outputs().getFirst().name()).toArray();
        }
    }

    @Test
    void theGradientOfOneLayerIsScaledAndAllThatReadsItSeesThat() {
        Program.Builder builder = new Program.Builder("training-step");
        Value x = builder.input("x", TYPE);
        Value gradient = builder.apply("d/conv2.weight", new Op.Scale(2), x);
        builder.output(builder.apply("sum", new Op.Add(), gradient, x));
        Map<String, double[]> inputs = Map.of("x", new double[] {1, -3});
        assertThat(run(builder.build(), "", inputs)).containsExactly(3, -9);
        assertThat(run(builder.build(), "weight-gradient-scale=0.5", inputs)).containsExactly(4, -12);
    }

    @Test
    void theUpdateIsAsLargeAsWithAnotherRate() {
        Program.Builder builder = new Program.Builder("optimizer-step");
        Value master = builder.input("master", TYPE);
        Value buffer = builder.input("buffer", TYPE);
        Value gradient = builder.input("gradient", TYPE);
        Value control = builder.input("control", TYPE);
        builder.output(builder.applyAll(
                        List.of("master/new", "buffer/new"),
                        new Op.Sgd(0.9),
                        List.of(master, buffer, gradient, control))
                .getFirst());
        Map<String, double[]> inputs = Map.of(
                "master", new double[] {1, 2},
                "buffer", new double[] {0.5, 0},
                "gradient", new double[] {1, 4},
                "control", new double[] {1, 0.125});
        Map<String, double[]> doubled = new HashMap<>(inputs);
        doubled.put("control", new double[] {1, 0.25});
        assertThat(run(builder.build(), "learning-rate=2", inputs))
                .containsExactly(run(builder.build(), "", doubled), Offset.offset(1e-12));
    }

    @Test
    void anAbortReachesWhatComputes() {
        BackendProvider provider = Backends.provider("cpu");
        Backend inner = provider.open(1, provider.defaultMode());
        try (Backend planted = Fault.plant("learning-rate", inner);
                Tensor in = inner.allocate(0, TYPE);
                Tensor out = inner.allocate(0, TYPE)) {
            Program.Builder builder = new Program.Builder("p");
            builder.output(builder.apply("y", new Op.Relu(), builder.input("x", TYPE)));
            Bound bound = planted.compile(builder.build()).bind(0, new Bindings(Map.of("x", in), Map.of("y", out)));
            planted.abort(new IllegalStateException("stop"));
            assertThatThrownBy(bound::run).hasRootCauseMessage("stop");
        }
    }

    @Test
    void aFaultThatDoesNotExistIsRefusedWithThoseThatDo() {
        BackendProvider provider = Backends.provider("cpu");
        try (Backend backend = provider.open(1, provider.defaultMode())) {
            assertThatThrownBy(() -> Fault.plant("gremlin", backend))
                    .hasMessage("there is no fault 'gremlin', there are [learning-rate, weight-gradient-scale]");
            assertThatThrownBy(() -> Fault.plant("learning-rate=fast", backend))
                    .hasMessageContaining("must be a number, was 'fast'");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            weight-gradient-scale=0 | must be -1000 to 1000 but not 0, was 0
            learning-rate=1.0       | must be 0 to 1000 but not 1, was 1
            learning-rate=-0.5      | was -0.5
            learning-rate=1001      | was 1001
            learning-rate=NaN       | was NaN
            learning-rate=          | must be a number, was ''
            """)
    void aStrengthThatChangesNothingOrIsOutOfRangeIsRefused(String argument, String reason) {
        assertThatThrownBy(() -> Fault.choose(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aChoiceReadsTheSameHoweverItWasAskedFor() {
        assertThat(Fault.choose("learning-rate")).hasToString("learning-rate=2");
        assertThat(Fault.choose("learning-rate=2.00")).hasToString("learning-rate=2");
        assertThat(Fault.choose("weight-gradient-scale")).hasToString("weight-gradient-scale=0.03");
    }
}
