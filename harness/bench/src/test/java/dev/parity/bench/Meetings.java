package dev.parity.bench;

import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.engine.Model;
import dev.parity.engine.Parameter;
import dev.parity.runner.Scenarios;
import dev.parity.spi.Backends;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What two ranks pay to meet: of the machine, and of each kind of collective in a step of the MoE net.
final class Meetings {
    private static final ProcessGroup BOTH = new ProcessGroup("both", List.of(List.of(0, 1)));
    private static final int REPEATED = 20;

    private Meetings() {}

    static void print(List<String> settings) {
        System.out.printf("ping-pong between the cores: %.0f ns one way%n", pingPong());
        System.out.printf("reading what the other core wrote: %.1f ns a cache line%n", line());
        Model model = new Model(Scenarios.load("moe-cifar-seed", settings).training());
        System.out.printf("meetings of 2 ranks a step: %.0f in the programs, 2 on the host%n", meetings(model));
        collective(
                "all-to-all of tokens, FP16, 4 a step",
                TensorType.of(ElementType.FP16, 2, 8, 84),
                new Op.AllToAll(BOTH));
        int dense = model.parameters().stream()
                .filter(parameter -> parameter.kind() != Parameter.Kind.EXPERT)
                .mapToInt(parameter -> parameter.type().shape().size())
                .sum();
        Op sum = new Op.AllReduce(BOTH, Op.Reduction.SUM);
        collective("all-reduce of gradients, FP16, 1 a step", TensorType.of(ElementType.FP16, dense), sum);
        collective("all-reduce of gradients, FP32, 1 a step", TensorType.of(ElementType.FP32, dense), sum);
        collective(
                "all-reduce of the overflow flag, 1 a step",
                TensorType.of(ElementType.INT32, 1),
                new Op.AllReduce(BOTH, Op.Reduction.MAX));
    }

    /// Runs a task on two threads, one a rank.
    private static void both(IntConsumer task) {
        List<CompletableFuture<Void>> ranks = IntStream.range(0, 2)
                .mapToObj(rank -> CompletableFuture.runAsync(
                        () -> task.accept(rank), work -> Thread.ofPlatform().start(work)))
                .toList();
        ranks.forEach(CompletableFuture::join);
    }

    /// The best of ten, in ns.
    private static double pingPong() {
        int turns = 100_000;
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            AtomicLong turn = new AtomicLong();
            long begin = System.nanoTime();
            both(rank -> {
                for (long mine = rank; mine < turns; mine += 2) {
                    while (turn.get() != mine) {
                        Thread.onSpinWait();
                    }
                    turn.set(mine + 1);
                }
            });
            best = Math.min(best, (System.nanoTime() - begin) / (double) turns);
        }
        return best;
    }

    /// The best of a hundred readings of 256 KiB, in ns for each 64 bytes.
    private static double line() {
        long[] written = new long[1 << 15];
        AtomicLong turn = new AtomicLong();
        double[] best = {Double.MAX_VALUE};
        long[] sum = new long[1];
        both(rank -> {
            for (long mine = rank; mine < 400; mine += 2) {
                while (turn.get() != mine) {
                    Thread.onSpinWait();
                }
                long begin = System.nanoTime();
                for (int i = 0; i < written.length; i++) {
                    if (rank == 0) {
                        written[i] = mine + i;
                    } else {
                        sum[0] += written[i];
                    }
                }
                if (rank == 1) {
                    best[0] = Math.min(best[0], (System.nanoTime() - begin) / (written.length / 8.0));
                }
                turn.set(mine + 1);
            }
        });
        return best[0];
    }

    private static double meetings(Model model) {
        int runs = 10;
        Program program = model.trainingStep().program();
        try (HostBackend<?> backend = open()) {
            Executable executable = backend.compile(program);
            both(rank -> {
                Bound bound = executable.bind(rank, tensors(backend, rank, program));
                for (int run = 0; run < runs; run++) {
                    bound.run();
                }
            });
            return (double) backend.meetings() / runs;
        }
    }

    /// Prints what one of many in a row costs: both ranks come at the same time.
    private static void collective(String name, TensorType type, Op op) {
        Program.Builder builder = new Program.Builder("collectives");
        Value value = builder.input("x", type);
        for (int i = 0; i < REPEATED; i++) {
            value = builder.apply("y" + i, op, value);
        }
        builder.output(value);
        Program program = builder.build();
        double[] best = {Double.MAX_VALUE};
        try (HostBackend<?> backend = open()) {
            Executable executable = backend.compile(program);
            both(rank -> {
                Bound bound = executable.bind(rank, tensors(backend, rank, program));
                for (int run = 0; run < 2_000; run++) {
                    long begin = System.nanoTime();
                    bound.run();
                    if (rank == 0) {
                        best[0] = Math.min(best[0], (System.nanoTime() - begin) / (1e3 * REPEATED));
                    }
                }
            });
        }
        System.out.printf("%s: %.2f us each, at best%n", name, best[0]);
    }

    private static HostBackend<?> open() {
        return (HostBackend<?>)
                Backends.provider("cpu").open(2, Backends.provider("cpu").defaultMode());
    }

    private static Bindings tensors(HostBackend<?> backend, int rank, Program program) {
        return new Bindings(
                program.inputs().stream()
                        .collect(Collectors.toMap(Value::name, value -> backend.allocate(rank, value.type()))),
                program.outputs().stream()
                        .collect(Collectors.toMap(Value::name, value -> backend.allocate(rank, value.type()))));
    }
}
