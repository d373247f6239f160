package dev.parity.engine.lockstep;

import static dev.parity.spi.ElementType.FP32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Programs of which every Op reads what it is given.
final class CutTest {
    private static final TensorType TYPE = TensorType.of(FP32, 2);
    private static final Value X = new Value(0, "x", TYPE);
    private static final Value Y = new Value(1, "y", TYPE);
    private static final Value Z = new Value(2, "z", TYPE);
    private static final Value CONSTANT = new Value(3, "fault/3", TYPE);
    private static final Value BETWEEN = new Value(4, "fault/4", TYPE);

    /// y = 2x; z = y + y, by a fault computed as (y · constant) + y.
    private static Program faulty() {
        return new Program(
                "training-step",
                List.of(X, CONSTANT),
                List.of(
                        new Node(new Op.Scale(2), List.of(X), List.of(Y)),
                        new Node(new Op.Multiply(), List.of(Y, CONSTANT), List.of(BETWEEN)),
                        new Node(new Op.Add(), List.of(BETWEEN, Y), List.of(Z))),
                List.of(Z));
    }

    @Test
    void valuesAreReadAnewAndThoseOfAFaultFlow() {
        Cut cut = Cut.of(faulty());
        assertThat(cut.program().inputs().stream().map(Value::name)).containsExactly("fault/3", "read/x", "read/y");
        assertThat(cut.program().nodes().get(1).inputs().stream().map(Value::name))
                .containsExactly("read/y", "fault/3");
        assertThat(cut.program().nodes().get(2).inputs().stream().map(Value::name))
                .containsExactly("fault/4", "read/y");
        assertThat(cut.written()).containsExactly(Y, Z);
        assertThat(cut.program().outputs()).containsExactly(Y, Z);
    }

    // y is forced to (10, 20): z sees that, not 2x; the fault's constant is the caller's
    @Test
    void anOpComputesFromWhatItIsGivenNotFromWhatWasComputed() {
        Map<String, double[]> given = Map.of("x", new double[] {1, 2}, "y", new double[] {10, 20});
        try (Backend cpu = Backends.provider("cpu")
                        .open(1, Backends.provider("cpu").defaultMode());
                Tensor constant = cpu.allocate(0, TYPE)) {
            constant.write(new double[] {3, -1});
            Station station = Station.of(cpu);
            station.wire(0).force(given::get);
            Bindings faults = new Bindings(Map.of("fault/3", constant), Map.of());
            try (Bound bound = station.backend().compile(faulty()).bind(0, faults)) {
                bound.run();
            }
            Wire.Found found = station.wire(0).found();
            assertThat(found.of("y")).containsExactly(2, 4);
            assertThat(found.of("z")).containsExactly(40, 0);
            assertThatThrownBy(() -> found.of("w"))
                    .isInstanceOf(BackendException.class)
                    .hasMessage("no Op of the device's program writes w");
        }
    }

    @Test
    void aValueThatNobodyGivesIsRefused() {
        try (Backend cpu =
                Backends.provider("cpu").open(1, Backends.provider("cpu").defaultMode())) {
            Station station = Station.of(cpu);
            Program.Builder builder = new Program.Builder("training-step");
            builder.output(builder.apply("y", new Op.Scale(2), builder.input("x", TYPE)));
            try (Bound bound = station.backend().compile(builder.build()).bind(0, new Bindings(Map.of(), Map.of()))) {
                assertThatThrownBy(bound::run).hasMessage("nothing was given for x");
            }
        }
    }
}
