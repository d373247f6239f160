package dev.parity.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Numbers at the edge: what is not finite, what overflows, and modes that cannot be had.
interface NumberTests {
    /// What a value is, if it is not a finite number.
    enum Kind {
        /// Any finite number.
        FINITE,
        /// Not a number.
        NAN,
        /// Positive infinity.
        POSITIVE,
        /// Negative infinity.
        NEGATIVE;

        private static Kind of(double value) {
            return Double.isNaN(value) ? NAN : Double.isFinite(value) ? FINITE : value > 0 ? POSITIVE : NEGATIVE;
        }
    }

    /// Returns the backend to test, or skips the test if it is not here.
    ///
    /// @return its provider
    BackendProvider provider();

    /// Lists the cases in the type that never saturates.
    ///
    /// @return all Ops
    static Stream<OpCase> wide() {
        return OpCase.all(ElementType.FP32).stream();
    }

    /// NaN and infinities spread as in the golden: into sums and products, past comparisons, through
    /// layouts.
    ///
    /// @param trial an Op
    @ParameterizedTest
    @MethodSource("wide")
    default void whatIsNotFiniteSpreadsAsInTheGolden(OpCase trial) {
        Program program = trial.program();
        for (int input = 0; input < trial.inputs().size(); input++) {
            boolean planted = trial.inputs().get(input).element().isFloating() && !isPriority(trial, input);
            for (double value : planted
                    ? new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}
                    : new double[0]) {
                Random random = new Random(31 + trial.name().hashCode());
                List<Map<String, double[]>> inputs = trial.drawAll(random);
                double[] values = Runs.known(inputs.getLast(), "in" + input);
                values[random.nextInt(values.length)] = value;
                List<Map<String, double[]>> golden = Runs.of(Backends.provider("cpu-stored"), program, inputs);
                List<Map<String, double[]>> found = Runs.of(provider(), program, inputs);
                for (int rank = 0; rank < trial.world(); rank++) {
                    for (Value output : program.outputs()) {
                        assertThat(kinds(Runs.known(found.get(rank), output.name())))
                                .as("%s with %s in input %d: %s, rank %d", trial, value, input, output, rank)
                                .isEqualTo(kinds(Runs.known(golden.get(rank), output.name())));
                    }
                }
            }
        }
    }

    /// Priorities of tokens are drawn by the host and are always numbers.
    private static boolean isPriority(OpCase trial, int input) {
        return trial.op() instanceof Op.TopKGate && input == 2;
    }

    private static List<Kind> kinds(double[] values) {
        return Arrays.stream(values).mapToObj(Kind::of).toList();
    }

    /// Too large a result is infinite or the largest value, as the mode says; the flag is set either way,
    /// in that run only.
    ///
    /// @param overflow the mode's choice
    @ParameterizedTest
    @EnumSource
    default void overflowIsFlagged(NumericMode.Overflow overflow) {
        BackendProvider provider = provider();
        NumericMode base = provider.defaultMode();
        TensorType type = TensorType.of(ElementType.FP16, 2);
        Program.Builder builder = new Program.Builder("overflow");
        Value x = builder.input("x", type);
        Value y = builder.apply("y", new Op.Multiply(), x, x);
        Value one = builder.apply("one", new Op.Relu(), x);
        builder.output(
                y,
                builder.applyAll(List.of("found"), new Op.NonFinite(), List.of(one, y))
                        .getFirst());
        Program program = builder.build();
        try (Backend backend = openOrSkip(provider, base.with(overflow));
                Tensor in = backend.allocate(0, type);
                Tensor out = backend.allocate(0, type);
                Tensor found = backend.allocate(0, program.outputs().getLast().type())) {
            Runs.assumeSupported(backend, program);
            Bindings bindings = new Bindings(Map.of("x", in), Map.of("y", out, "found", found));
            try (Bound bound = backend.compile(program).bind(0, bindings)) {
                in.write(new double[] {300, 2});
                bound.run();
                double large = switch (overflow) {
                    case INF_NAN -> Double.POSITIVE_INFINITY;
                    case SATURATE -> ElementType.FP16.maxValue();
                };
                assertThat(out.toArray()).containsExactly(large, 4);
                assertThat(found.toArray()).containsExactly(1);
                in.write(new double[] {3, 2});
                bound.run();
                assertThat(out.toArray()).containsExactly(9, 4);
                assertThat(found.toArray()).containsExactly(0);
            }
        }
    }

    private static Backend openOrSkip(BackendProvider provider, NumericMode mode) {
        try {
            return provider.open(1, mode);
        } catch (BackendException refusal) {
            return abort("not in this mode: " + refusal.getMessage());
        }
    }

    /// The default mode is one that the backend computes in.
    @Test
    default void theDefaultModeIsTheModeOfWhatIsOpened() {
        NumericMode mode = provider().defaultMode();
        try (Backend backend = provider().open(1, mode)) {
            assertThat(backend.mode()).isEqualTo(mode);
        }
    }

    /// A mode that no device has is refused, and the field named.
    @Test
    default void aModeThatCannotBeHadIsRefused() {
        NumericMode base = provider().defaultMode();
        NumericMode wrong = Modes.accumulatingIn(base, ElementType.UINT8);
        assertThatThrownBy(() -> provider().open(1, wrong))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("accumulation UINT8");
    }

    /// A range of elements is written, and no other.
    @Test
    default void aRangeOfATensorIsWritten() {
        TensorType type = TensorType.of(ElementType.FP32, 2, 3);
        try (Backend backend = provider().open(1, provider().defaultMode());
                Tensor tensor = backend.allocate(0, type)) {
            tensor.write(new double[] {1, 2, 3, 4, 5, 6});
            tensor.write(2, new float[] {9, 0.5f, -0.25f, 9}, 1, 2);
            assertThat(tensor.toArray()).containsExactly(1, 2, 0.5, -0.25, 5, 6);
            assertThatThrownBy(() -> tensor.write(5, new float[2], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> tensor.write(0, new float[2], 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
