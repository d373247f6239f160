package dev.parity.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds a backend against the stored golden, Op by Op, in FP32, FP16 and BF16.
public abstract class BackendConformance {
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
        List<List<double[]>> inputs = new ArrayList<>();
        for (int rank = 0; rank < trial.world(); rank++) {
            inputs.add(trial.draw(random));
        }
        List<List<double[]>> found = run(provider, trial, inputs);
        List<List<double[]>> golden = run(Backends.provider(GOLDEN), trial, inputs);
        List<List<double[]>> magnitude = run(Backends.provider(GOLDEN), trial, absolute(trial, inputs));
        List<TensorType> types = trial.op().infer(trial.inputs());
        for (int rank = 0; rank < trial.world(); rank++) {
            for (int output = 0; output < types.size(); output++) {
                double[] expected = golden.get(rank).get(output);
                double[] actual = found.get(rank).get(output);
                double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
                for (int i = 0; i < expected.length; i++) {
                    double sum = Math.max(Math.abs(magnitude.get(rank).get(output)[i]), largest);
                    // partial sums of an all-reduce are rounded too, at their own magnitude
                    double at = trial.op() instanceof Op.AllReduce ? sum : largest(expected[i], actual[i]);
                    double bound = trial.ulps() * types.get(output).element().ulp(at) + trial.terms() * 0x1p-23 * sum;
                    assertThat(Math.abs(actual[i] - expected[i]))
                            .as(
                                    "%s, rank %d, output %d, element %d: golden %s, found %s, seed %d",
                                    trial, rank, output, i, expected[i], actual[i], SEED)
                            .isLessThanOrEqualTo(bound);
                }
            }
        }
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
        List<List<double[]>> inputs = new ArrayList<>();
        for (int rank = 0; rank < trial.world(); rank++) {
            inputs.add(trial.draw(random));
        }
        assumeTrue(provider.defaultMode().deterministic(), "the backend does not promise equal bits");
        List<List<double[]>> first = run(provider, trial, inputs);
        for (int repeat = 0; repeat < 20; repeat++) {
            List<List<double[]>> again = run(provider, trial, inputs);
            for (int rank = 0; rank < trial.world(); rank++) {
                assertThat(again.get(rank)).usingRecursiveComparison().isEqualTo(first.get(rank));
            }
        }
    }

    @Test
    final void anAbortReleasesARankThatWaitsAndNamesTheCause() {
        BackendProvider provider = provider();
        TensorType type = TensorType.of(ElementType.FP32, 4);
        Program.Builder builder = new Program.Builder("abort");
        Op sum = new Op.AllReduce(new ProcessGroup("world", List.of(List.of(0, 1))), Op.Reduction.SUM);
        builder.output(builder.apply("y", sum, builder.input("x", type)));
        try (Backend backend = provider.open(2, provider.defaultMode());
                Tensor in = backend.allocate(0, type);
                Tensor out = backend.allocate(0, type)) {
            Executable executable = backend.compile(builder.build());
            Bindings bindings = new Bindings(Map.of("x", in), Map.of("y", out));
            Bound bound = executable.bind(0, bindings);
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(bound::run);
            backend.abort(new IllegalStateException("rank 1 is gone"));
            backend.abort(new IllegalStateException("told again"));
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(BackendException.class)
                    .havingRootCause()
                    .withMessage("rank 1 is gone");
        }
    }

    @Test
    final void nothingStartsAfterAnAbort() {
        BackendProvider provider = provider();
        TensorType type = TensorType.of(ElementType.FP32, 4);
        Program.Builder builder = new Program.Builder("aborted");
        builder.output(builder.apply("y", new Op.Relu(), builder.input("x", type)));
        try (Backend backend = provider.open(1, provider.defaultMode());
                Tensor in = backend.allocate(0, type);
                Tensor out = backend.allocate(0, type)) {
            Executable executable = backend.compile(builder.build());
            Bindings bindings = new Bindings(Map.of("x", in), Map.of("y", out));
            Bound bound = executable.bind(0, bindings);
            bound.run();
            backend.abort(new IllegalStateException("the run was stopped"));
            assertThatThrownBy(bound::run)
                    .isInstanceOf(BackendException.class)
                    .hasRootCauseMessage("the run was stopped");
        }
    }

    @Test
    final void closingTwiceIsClosingOnce() {
        BackendProvider provider = provider();
        Backend backend = provider.open(1, provider.defaultMode());
        backend.close();
        assertThatCode(backend::close).doesNotThrowAnyException();
    }

    private BackendProvider provider() {
        BackendProvider provider = Backends.provider(backend());
        boolean available = provider.availability() instanceof Availability.Available;
        assumeTrue(available, () -> "not here: " + provider.availability());
        return provider;
    }

    /// Magnitudes of the terms of a sum: the same Op on the inputs' absolute values. Not for Ops that
    /// compare.
    private static List<List<double[]>> absolute(OpCase trial, List<List<double[]>> inputs) {
        List<List<double[]>> result = new ArrayList<>();
        for (List<double[]> rank : inputs) {
            List<double[]> arrays = new ArrayList<>();
            for (int i = 0; i < rank.size(); i++) {
                boolean floating = trial.inputs().get(i).element().isFloating();
                double[] values = rank.get(i);
                arrays.add(floating ? Arrays.stream(values).map(Math::abs).toArray() : values);
            }
            result.add(arrays);
        }
        return result;
    }

    private static List<List<double[]>> run(BackendProvider provider, OpCase trial, List<List<double[]>> inputs) {
        Program.Builder builder = new Program.Builder(trial.name());
        List<Value> arguments = new ArrayList<>();
        for (int i = 0; i < trial.inputs().size(); i++) {
            arguments.add(builder.input("in" + i, trial.inputs().get(i)));
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < trial.op().infer(trial.inputs()).size(); i++) {
            names.add("out" + i);
        }
        builder.applyAll(names, trial.op(), arguments).forEach(builder::output);
        Program program = builder.build();
        try (Backend backend = provider.open(trial.world(), provider.defaultMode());
                ExecutorService threads = Executors.newFixedThreadPool(trial.world())) {
            ElementType type = program.outputs().getFirst().element();
            assumeTrue(
                    backend.supports(trial.op(), type) instanceof Support.Supported,
                    () -> "not supported: " + backend.supports(trial.op(), type));
            Executable executable = backend.compile(program);
            List<Future<List<double[]>>> ranks = new ArrayList<>();
            for (int rank = 0; rank < trial.world(); rank++) {
                int mine = rank;
                ranks.add(threads.submit(() -> run(backend, executable, program, mine, inputs.get(mine))));
            }
            List<List<double[]>> results = new ArrayList<>();
            for (Future<List<double[]>> rank : ranks) {
                results.add(rank.get());
            }
            return results;
        } catch (ExecutionException problem) {
            throw new AssertionError(trial + " failed", problem.getCause());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupt);
        }
    }

    private static List<double[]> run(
            Backend backend, Executable executable, Program program, int rank, List<double[]> inputs) {
        Map<String, Tensor> in = new HashMap<>();
        Map<String, Tensor> out = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            Value value = program.inputs().get(i);
            Tensor tensor = backend.allocate(rank, value.type());
            tensor.write(inputs.get(i));
            in.put(value.name(), tensor);
        }
        List<Tensor> outputs = new ArrayList<>();
        for (Value value : program.outputs()) {
            Tensor tensor = backend.allocate(rank, value.type());
            outputs.add(tensor);
            out.put(value.name(), tensor);
        }
        try (Bound bound = executable.bind(rank, new Bindings(in, out))) {
            bound.run();
        }
        List<double[]> results = outputs.stream().map(Tensor::toArray).toList();
        in.values().forEach(Tensor::close);
        outputs.forEach(Tensor::close);
        return results;
    }
}
