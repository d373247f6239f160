package dev.parity.cpu.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    private static double[] reduce(String id, double... contributions) {
        int world = contributions.length;
        List<Tensor> results = new ArrayList<>();
        try (Backend backend =
                Backends.provider(id).open(world, Backends.provider(id).defaultMode())) {
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

    // numerics.md §4: fp16, n=4, x = {1024, 0.5, 0.5, 0.75}: ring chunks c0, c1, c2 give 1026, c3 gives
    // 1025
    @Test
    void ringOfFourAddsEachChunkFromItsOwnStart() {
        assertThat(reduce("cuda-model", 1024, 0.5, 0.5, 0.75))
                .containsExactly(1026, 1026, 1026, 1026, 1026, 1026, 1025, 1025);
    }

    // numerics.md §4: fp16, n=8, x = {2048, 1, 1, 1, -2048, 1, 1, 1}: ring c0 … c7 give 6 6 6 6 4 5 2 3
    @Test
    void ringOfEightAddsEachChunkFromItsOwnStart() {
        assertThat(reduce("cuda-model", 2048, 1, 1, 1, -2048, 1, 1, 1)).containsExactly(6, 6, 6, 6, 4, 5, 2, 3);
    }

    // numerics.md §4: halving, n=4 (x0+x2)+(x1+x3); strict order of the n=4 vector gives 1025, of the n=8
    // vector 6
    @Test
    void halvingAddsUpperToLowerHalves() {
        assertThat(reduce("ascend-model", 1024, 0.5, 0.5, 0.75)).containsOnly(1025);
        assertThat(reduce("ascend-model", 2048, 1, 1, 1, -2048, 1, 1, 1)).containsOnly(6);
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
