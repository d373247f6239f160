package dev.parity.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.Availability;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds a backend against the stored golden, Op by Op, in FP32, FP16 and BF16; then whole programs, what
/// is bound, and numbers at the edge.
public abstract class BackendConformance implements BoundTests, ProgramTests, NumberTests {
    private static final String GOLDEN = "cpu-stored";
    private static final long SEED = 20261123;

    /// For subclasses.
    protected BackendConformance() {}

    /// Returns the backend to test.
    ///
    /// @return id of its provider
    protected abstract String backend();

    static Stream<OpCase> cases() {
        return Stream.of(ElementType.FP32, ElementType.FP16, ElementType.BF16)
                .flatMap(type -> OpCase.all(type).stream());
    }

    @ParameterizedTest
    @MethodSource("cases")
    final void agreesWithTheGolden(OpCase trial) {
        BackendProvider provider = provider();
        Random random = new Random(SEED + trial.toString().hashCode());
        List<Map<String, double[]>> inputs = trial.drawAll(random);
        Program program = trial.program();
        List<Map<String, double[]>> found = Runs.of(provider, program, inputs);
        List<Map<String, double[]>> golden = Runs.of(Backends.provider(GOLDEN), program, inputs);
        List<Map<String, double[]>> magnitude = Runs.of(Backends.provider(GOLDEN), program, absolute(program, inputs));
        double operands = operandError(trial, provider.defaultMode());
        for (int rank = 0; rank < trial.world(); rank++) {
            for (Value value : program.outputs()) {
                String output = value.name();
                double[] expected = Runs.known(golden.get(rank), output);
                double[] actual = Runs.known(found.get(rank), output);
                double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
                for (int i = 0; i < expected.length; i++) {
                    double sum = Math.max(Math.abs(Runs.known(magnitude.get(rank), output)[i]), largest);
                    // partial sums of an all-reduce are rounded too, at their own magnitude
                    double at = trial.op() instanceof Op.AllReduce ? sum : largest(expected[i], actual[i]);
                    double bound = trial.ulps() * value.element().ulp(at) + (trial.terms() * 0x1p-23 + operands) * sum;
                    assertThat(Math.abs(actual[i] - expected[i]))
                            .as(
                                    "%s, rank %d, output %s, element %d: golden %s, found %s, seed %d",
                                    trial, rank, output, i, expected[i], actual[i], SEED)
                            .isLessThanOrEqualTo(bound);
                }
            }
        }
    }

    /// Returns the relative error of a product of which a matrix unit has rounded both operands, whichever way.
    private static double operandError(OpCase trial, NumericMode mode) {
        boolean wide = trial.program().inputs().getFirst().element() == ElementType.FP32;
        boolean convolves = trial.op() instanceof Op.Conv2d
                || trial.op() instanceof Op.Conv2dInputGrad
                || trial.op() instanceof Op.Conv2dWeightGrad;
        if (!wide || !(convolves || trial.op() instanceof Op.MatMul)) {
            return 0;
        }
        NumericMode.OperandRounding rounding = convolves ? mode.convOperands() : mode.matMulOperands();
        return switch (rounding) {
            case NONE -> 0;
            case TF32, FP16 -> 2 * 0x1p-10;
            case HF32 -> 2 * 0x1p-11;
        };
    }

    private static double largest(double a, double b) {
        return Math.max(Math.abs(a), Math.abs(b));
    }

    @Test
    final void everyOpHasACase() {
        Set<Class<?>> tried = new HashSet<>();
        cases().forEach(trial -> tried.add(trial.op().getClass()));
        assertThat(tried).isEqualTo(kinds(Op.class).collect(Collectors.toSet()));
    }

    /// The records below a sealed interface.
    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(BackendConformance::kinds)
                : Stream.of(type);
    }

    @Test
    final void theSameProgramGivesTheSameBitsTwice() {
        BackendProvider provider = provider();
        OpCase trial = OpCase.all(ElementType.FP32).stream()
                .filter(each -> each.name().equals("all-reduce sum of four"))
                .findFirst()
                .orElseThrow();
        Random random = new Random(SEED);
        List<Map<String, double[]>> inputs = trial.drawAll(random);
        assumeTrue(provider.defaultMode().deterministic(), "the backend does not promise equal bits");
        List<Map<String, double[]>> first = Runs.of(provider, trial.program(), inputs);
        for (int repeat = 0; repeat < 20; repeat++) {
            List<Map<String, double[]>> again = Runs.of(provider, trial.program(), inputs);
            for (int rank = 0; rank < trial.world(); rank++) {
                assertThat(again.get(rank)).usingRecursiveComparison().isEqualTo(first.get(rank));
            }
        }
    }

    @Override
    public final BackendProvider provider() {
        BackendProvider provider = Backends.provider(backend());
        boolean available = provider.availability() instanceof Availability.Available;
        assumeTrue(available, () -> "not here: " + provider.availability());
        return provider;
    }

    /// Magnitudes of the terms of a sum: the same Op on the inputs' absolute values. Not for Ops that
    /// compare.
    private static List<Map<String, double[]>> absolute(Program program, List<Map<String, double[]>> inputs) {
        List<Map<String, double[]>> result = new ArrayList<>();
        for (Map<String, double[]> rank : inputs) {
            Map<String, double[]> arrays = new HashMap<>(rank);
            for (Value value : program.inputs()) {
                if (value.element().isFloating()) {
                    arrays.computeIfPresent(
                            value.name(),
                            (_, values) -> Arrays.stream(values).map(Math::abs).toArray());
                }
            }
            result.add(arrays);
        }
        return result;
    }
}
