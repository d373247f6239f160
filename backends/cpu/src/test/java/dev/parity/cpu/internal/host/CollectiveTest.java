package dev.parity.cpu.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.cpu.Modes;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.AllReduceOrder;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
final class CollectiveTest {
    private static final TensorType EIGHT = TensorType.of(ElementType.FP16, 8);

    private static Program sum(int world) {
        ProcessGroup group = new ProcessGroup(
                "all", List.of(IntStream.range(0, world).boxed().toList()));
        Program.Builder builder = new Program.Builder("sum");
        Value x = builder.input("x", EIGHT);
        builder.output(builder.apply("y", new Op.AllReduce(group, Op.Reduction.SUM), x));
        return builder.build();
    }

    /// Reduces one number a rank, repeated over a message of eight elements, and returns rank 0's message.
    private static double[] reduce(NumericMode mode, double... contributions) {
        int world = contributions.length;
        List<Tensor> results = new ArrayList<>();
        try (Backend backend = Backends.provider("ascend-model").open(world, mode)) {
            Executable executable = backend.compile(sum(world));
            List<CompletableFuture<Void>> ranks = new ArrayList<>();
            for (int rank = 0; rank < world; rank++) {
                Tensor in = backend.allocate(rank, EIGHT);
                Tensor out = backend.allocate(rank, EIGHT);
                double[] values = new double[8];
                Arrays.fill(values, contributions[rank]);
                in.write(values);
                results.add(out);
                int mine = rank;
                ranks.add(CompletableFuture.runAsync(
                        () -> executable
                                .bind(mine, new Bindings(Map.of("x", in), Map.of("y", out)))
                                .run(),
                        task -> Thread.ofPlatform().start(task)));
            }
            ranks.forEach(CompletableFuture::join);
        }
        for (Tensor result : results) {
            assertThat(result.toArray()).isEqualTo(results.getFirst().toArray());
        }
        return results.getFirst().toArray();
    }

    // numerics.md §4: the sums that NCCL's and HCCL's algorithms make of {1024, 0.5, 0.5, 0.75} and of {2048, 1, 1, 1,
    // -2048, 1, 1, 1} in fp16; the mesh by hand: chunk c adds c, c+1, … (at 1024 an ulp is 1, at 2048 it is 2)
    @ParameterizedTest
    @CsvSource({
        "RING, 1026 1026 1026 1026 1026 1026 1025 1025, 6 6 6 6 4 5 2 3",
        "TREE, 1026 1026 1026 1026 1026 1026 1026 1026, 6 6 6 6 6 6 6 6",
        "HALVING, 1025 1025 1025 1025 1025 1025 1025 1025, 6 6 6 6 6 6 6 6",
        "PAIRS, 1025 1025 1025 1025 1025 1025 1025 1025, 5 5 5 5 5 5 5 5",
        "ASCENDING, 1025 1025 1025 1025 1025 1025 1025 1025, 3 3 3 3 3 3 3 3",
        "WIDE, 1026 1026 1026 1026 1026 1026 1026 1026, 6 6 6 6 6 6 6 6",
        "MESH, 1025 1025 1026 1026 1026 1026 1026 1026, 3 6 6 6 6 4 5 2"
    })
    void ranksAreAddedInTheOrderOfTheMode(AllReduceOrder order, String ofFour, String ofEight) {
        NumericMode mode = mode(Map.of("allReduce", order));
        assertThat(reduce(mode, 1024, 0.5, 0.5, 0.75)).containsExactly(numbers(ofFour));
        assertThat(reduce(mode, 2048, 1, 1, 1, -2048, 1, 1, 1)).containsExactly(numbers(ofEight));
    }

    private static NumericMode mode(Map<String, ?> changes) {
        return Modes.changed(Backends.provider("ascend-model").defaultMode(), changes);
    }

    private static double[] numbers(String text) {
        return Stream.of(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    }

    // six roundings of half an ulp, 1, at most; all ranks hold the same (reduce checks it)
    @Test
    void arrivalIsRepeatedByItsSeed() {
        Set<List<Double>> seen = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            NumericMode mode =
                    mode(Map.of("allReduce", AllReduceOrder.ARRIVAL, "deterministic", false, "arrival", seed));
            double[] sums = reduce(mode, 2048, 1, 1, 1, -2048, 1, 1, 1);
            assertThat(reduce(mode, 2048, 1, 1, 1, -2048, 1, 1, 1)).isEqualTo(sums);
            assertThat(Arrays.stream(sums).boxed()).allMatch(sum -> Math.abs(sum - 6) <= 6);
            seen.add(Arrays.stream(sums).boxed().toList());
        }
        assertThat(seen).hasSizeGreaterThan(5);
    }

    @Test
    void aRankThatFailsReleasesTheOthers() {
        try (Backend backend =
                Backends.provider("cpu").open(2, Backends.provider("cpu").defaultMode())) {
            Executable executable = backend.compile(sum(2));
            Tensor in = backend.allocate(0, EIGHT);
            Tensor out = backend.allocate(0, EIGHT);
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> executable
                    .bind(0, new Bindings(Map.of("x", in), Map.of("y", out)))
                    .run());
            assertThatThrownBy(() -> executable.bind(1, new Bindings(Map.of(), Map.of())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs %0 x:FP16[8] bound, was nothing");
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessageContaining("bound");
        }
    }

    // a label that is no class fails on the rank that has it, in the middle of a run
    @Test
    void aRankThatFailsInItsRunReleasesTheOthers() {
        TensorType logits = TensorType.of(ElementType.FP32, 1, 2);
        TensorType label = TensorType.of(ElementType.INT32, 1);
        Program.Builder builder = new Program.Builder("loss");
        Value loss =
                builder.apply("loss", new Op.CrossEntropy(), builder.input("x", logits), builder.input("label", label));
        ProcessGroup both = new ProcessGroup("both", List.of(List.of(0, 1)));
        builder.output(builder.apply("y", new Op.AllReduce(both, Op.Reduction.SUM), loss));
        try (Backend backend =
                Backends.provider("cpu").open(2, Backends.provider("cpu").defaultMode())) {
            Executable executable = backend.compile(builder.build());
            List<Bound> bound = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                Tensor labels = backend.allocate(rank, label);
                labels.write(new double[] {rank * 7});
                Map<String, Tensor> inputs = Map.of("x", backend.allocate(rank, logits), "label", labels);
                Tensor y = backend.allocate(rank, TensorType.of(ElementType.FP32));
                bound.add(executable.bind(rank, new Bindings(inputs, Map.of("y", y))));
            }
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(bound.getFirst()::run);
            assertThatThrownBy(bound.getLast()::run)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("CrossEntropy[] %0 %1 failed on cpu:1")
                    .hasRootCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(ArrayIndexOutOfBoundsException.class);
        }
    }

    @Test
    void anUnsupportedTypeIsRefusedWhenCompiled() {
        Program.Builder builder = new Program.Builder("fp64");
        Value x = builder.input("x", TensorType.of(ElementType.FP64, 3));
        builder.output(builder.apply("y", new Op.Relu(), x));
        try (Backend backend =
                Backends.provider("cpu").open(1, Backends.provider("cpu").defaultMode())) {
            assertThatThrownBy(() -> backend.compile(builder.build()))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("use cpu-fp64");
        }
    }
}
