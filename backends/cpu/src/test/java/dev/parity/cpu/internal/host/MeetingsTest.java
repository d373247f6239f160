package dev.parity.cpu.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Backend;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How often two ranks meet in a run of a program, and that they never read too early or too late.
@Timeout(60)
final class MeetingsTest {
    private static final ProcessGroup BOTH = new ProcessGroup("both", List.of(List.of(0, 1)));
    private static final Op SUM = new Op.AllReduce(BOTH, Op.Reduction.SUM);
    private static final Op MAX = new Op.AllReduce(BOTH, Op.Reduction.MAX);

    /// Like a training step: exchange, two sums and the flag of both.
    private static Program step(ElementType type) {
        Program.Builder builder = new Program.Builder("step");
        Value x = builder.input("x", TensorType.of(type, 2, 640));
        Value swapped = builder.apply("swapped", new Op.AllToAll(BOTH), x);
        Value halved = builder.apply("halved", new Op.Scale(0.5), swapped);
        Value first = builder.apply("first", SUM, halved);
        Value tripled = builder.apply("tripled", new Op.Scale(3), swapped);
        Value second = builder.apply("second", SUM, tripled);
        Value flag = builder.applyAll(List.of("flag"), new Op.NonFinite(), List.of(first, second))
                .getFirst();
        builder.output(first, second, builder.apply("any", MAX, flag));
        return builder.build();
    }

    private static Program sumOfInput() {
        Program.Builder builder = new Program.Builder("sum");
        Value x = builder.input("x", TensorType.of(ElementType.FP32, 2, 640));
        builder.output(builder.apply("first", SUM, x));
        return builder.build();
    }

    private static Bindings bind(Backend backend, int rank, Program program) {
        Map<String, Tensor> outputs = program.outputs().stream()
                .collect(Collectors.toMap(Value::name, value -> backend.allocate(rank, value.type())));
        Value x = program.inputs().getFirst();
        return new Bindings(Map.of("x", backend.allocate(rank, x.type())), outputs);
    }

    private interface Check {
        void of(Bindings bindings, int run);
    }

    /// Runs a program on two ranks, each with new inputs as soon as it may, and returns the meetings a
    /// run.
    private static double meetings(Program program, int runs, Check check) {
        try (HostBackend<?> backend = (HostBackend<?>)
                Backends.provider("cpu").open(2, Backends.provider("cpu").defaultMode())) {
            Executable executable = backend.compile(program);
            List<CompletableFuture<Void>> ranks = Stream.of(0, 1)
                    .map(rank -> CompletableFuture.runAsync(
                            () -> {
                                Bindings bindings = bind(backend, rank, program);
                                Bound bound = executable.bind(rank, bindings);
                                double[] values = new double[1280];
                                for (int run = 0; run < runs; run++) {
                                    for (int i = 0; i < values.length; i++) {
                                        values[i] = value(rank, run, i);
                                    }
                                    bindings.inputs().get("x").write(values);
                                    bound.run();
                                    check.of(bindings, run);
                                }
                            },
                            task -> Thread.ofPlatform().start(task)))
                    .toList();
            ranks.forEach(CompletableFuture::join);
            return (double) backend.meetings() / runs;
        }
    }

    private static double value(int rank, int run, int i) {
        return (run % 7 + 1) * (rank + 1) + i % 5;
    }

    // the exchange, the two sums together, and the flag, which nobody can overwrite before the next
    // exchange
    @ParameterizedTest
    @EnumSource(names = {"FP16", "FP32"})
    void aTrainingStepMeetsThreeTimes(ElementType type) {
        double meetings = meetings(step(type), 3_000, (bindings, run) -> {
            double[] first = bindings.outputs().get("first").toArray();
            double[] second = bindings.outputs().get("second").toArray();
            for (int i = 0; i < first.length; i += 97) {
                // row r holds what rank r sent, one row to each rank, so the sum over ranks joins both
                // its rows
                int sender = i / 640;
                double sum = value(sender, run, i % 640) + value(sender, run, i % 640 + 640);
                assertThat(first[i]).as("run %d, element %d", run, i).isEqualTo(0.5 * sum);
                assertThat(second[i]).as("run %d, element %d", run, i).isEqualTo(3 * sum);
            }
        });
        assertThat(meetings).isEqualTo(3);
    }

    // a caller may write the input as soon as the run is over, so the other rank must have read it by then
    @Test
    void aSumOfAnInputMeetsOnceMore() {
        double meetings = meetings(sumOfInput(), 3_000, (bindings, run) -> {
            double[] found = bindings.outputs().get("first").toArray();
            for (int i = 0; i < found.length; i += 97) {
                assertThat(found[i]).isEqualTo(value(0, run, i) + value(1, run, i));
            }
        });
        assertThat(meetings).isEqualTo(2);
    }
}
