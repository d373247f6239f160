package dev.parity.bench;

import com.sun.management.ThreadMXBean;
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
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures what the engine's speed depends on.
@Command(
        name = "engine",
        description =
                "what meeting costs, 1 and 2 ranks, evaluation, first step, memory, allocation, share of peak, cost by size")
final class EngineCommand implements Callable<Integer> {
    /// Multiplications and additions of a step of 16 images, forward and backward, as a dense net does
    /// them.
    private static final double FLOP = 52e6;

    private static final EngineRun.Length LENGTH = new EngineRun.Length(1_200, 3, 600);

    @Option(names = "--data", paramLabel = "DIR", description = "real CIFAR-10 instead of synthetic images")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", description = "where the traces go (default: ${DEFAULT-VALUE})")
    private Path out = Path.of("runs/bench");

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(out);
        List<String> settings = TrainOnce.settings(data);
        child(settings);
        double peak = peak();
        System.out.printf("peak: %.0f GFLOP/s a core in a 96 x 768 x 768 product%n", peak);
        Meetings.print(settings);
        for (String dtype : List.of("fp32", "fp16")) {
            for (int ranks : new int[] {1, 2}) {
                Rates rates = steps(
                        "%s, %d rank%s of %d".formatted(dtype, ranks, ranks == 1 ? "" : "s", 16 / ranks),
                        TrainOnce.with(
                                settings,
                                "precision.dtype=" + dtype,
                                "parallel.world=" + ranks,
                                "parallel.epSize=" + ranks,
                                "train.microBatch=" + 16 / ranks));
                System.out.printf("  %.0f %% of peak%n", 100 * rates.median() * FLOP / (ranks * peak * 1e9));
            }
        }
        for (int batch : new int[] {2, 4, 16}) {
            steps("fp16, 2 ranks of " + batch, TrainOnce.with(settings, "train.microBatch=" + batch));
        }
        for (int experts : new int[] {4, 8}) {
            steps(
                    "fp16, 2 ranks of 8, %d experts".formatted(experts),
                    TrainOnce.with(settings, "model.experts=[%d]".formatted(experts)));
        }
        try (Linear linear = new Linear(84)) {
            System.out.printf("allocation: %.1f bytes a run of a compiled program%n", linear.allocation());
        }
        for (int width : new int[] {84, 168, 336, 672}) {
            try (Linear linear = new Linear(width)) {
                System.out.printf(
                        "layer of width %d, 8 tokens, forward and backward: %.1f us%n", width, linear.seconds() * 1e6);
            }
        }
        return 0;
    }

    private Rates steps(String name, List<String> settings) {
        EngineRun run = EngineRun.record(out.resolve("engine.jsonl.gz"), LENGTH, settings);
        System.out.printf(
                "%s: %.0f steps/s (%.0f to %.0f), evaluation %.0f images/s, %.0f bytes allocated a step with its record%n",
                name,
                run.stepsPerSecond().median(),
                run.stepsPerSecond().min(),
                run.stepsPerSecond().max(),
                run.imagesPerSecond(),
                run.bytesAStep());
        return run.stepsPerSecond();
    }

    /// A whole process as a user starts it: time until one step is done, and the memory of a longer run.
    private void child(List<String> settings) throws IOException, InterruptedException {
        Path trace = out.resolve("child.jsonl.gz");
        List<String> command = new ArrayList<>(
                List.of("./parity", "record", "moe-cifar-seed", "--side", "reference", "-o", trace.toString()));
        TrainOnce.with(settings, "data.testItems=8").forEach(setting -> command.addAll(List.of("--set", setting)));
        command.addAll(List.of("--set", "train.steps=1"));
        long begin = System.nanoTime();
        run(command);
        System.out.printf(
                "first step: %.2f s from the start of the process to its end after one step%n",
                (System.nanoTime() - begin) / 1e9);
        command.set(command.size() - 1, "train.steps=3000");
        System.out.printf("memory: %d MB at most in a run of 3000 steps%n", run(command) / 1024);
    }

    /// Runs a command and returns the largest resident size of a process of its session, in KiB.
    private static long run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long largest = 0;
        while (process.isAlive()) {
            Path status = Path.of("/proc/%d/status".formatted(process.pid()));
            if (Files.exists(status)) {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("VmHWM:")) {
                        largest = Math.max(largest, Long.parseLong(line.replaceAll("\\D", "")));
                    }
                }
            }
            Thread.sleep(20);
        }
        if (process.waitFor() != 0) {
            throw new IOException("%s ended with %d".formatted(String.join(" ", command), process.exitValue()));
        }
        return largest;
    }

    /// The best rate of a large product, in GFLOP/s of one core.
    private static double peak() {
        BackendProvider provider = Backends.provider("cpu");
        Program.Builder builder = new Program.Builder("peak");
        Value a = builder.input("a", TensorType.of(ElementType.FP32, 96, 768));
        Value b = builder.input("b", TensorType.of(ElementType.FP32, 768, 768));
        builder.output(builder.apply("c", new Op.MatMul(false, false), a, b));
        try (Backend backend = provider.open(1, provider.defaultMode());
                Bound product = bound(backend, builder.build())) {
            double best = Double.MAX_VALUE;
            for (int i = 0; i < 1_500; i++) {
                long begin = System.nanoTime();
                product.run();
                best = Math.min(best, (System.nanoTime() - begin) / 1e9);
            }
            return 2.0 * 96 * 768 * 768 / best / 1e9;
        }
    }

    /// Binds a program to random tensors.
    private static Bound bound(Backend backend, Program program) {
        Random random = new Random(1);
        Map<String, Tensor> inputs = new HashMap<>();
        for (Value value : program.inputs()) {
            Tensor tensor = backend.allocate(0, value.type());
            tensor.write(random.doubles(value.shape().size(), -1, 1).toArray());
            inputs.put(value.name(), tensor);
        }
        Map<String, Tensor> outputs = new HashMap<>();
        program.outputs().forEach(value -> outputs.put(value.name(), backend.allocate(0, value.type())));
        Bindings bindings = new Bindings(inputs, outputs);
        return backend.compile(program).bind(0, bindings);
    }

    /// A linear layer with Relu and its gradients, on one rank.
    private static final class Linear implements AutoCloseable {
        private final Backend backend;
        private final Bound step;

        Linear(int width) {
            BackendProvider provider = Backends.provider("cpu");
            backend = provider.open(1, provider.defaultMode());
            Program.Builder builder = new Program.Builder("linear");
            TensorType tokens = TensorType.of(ElementType.FP32, 8, width);
            Value x = builder.input("x", tokens);
            Value w = builder.input("w", TensorType.of(ElementType.FP32, width, width));
            Value bias = builder.input("b", TensorType.of(ElementType.FP32, width));
            Value dy = builder.input("dy", tokens);
            Value y = builder.apply("y", new Op.MatMul(false, true), x, w, bias);
            Value relu = builder.apply("relu", new Op.Relu(), y);
            Value d = builder.apply("d", new Op.ReluGrad(), dy, relu);
            builder.output(
                    relu,
                    builder.apply("dx", new Op.MatMul(false, false), d, w),
                    builder.apply("dw", new Op.MatMul(true, false), d, x),
                    builder.apply("db", new Op.ReduceSum(List.of(0)), d));
            step = bound(backend, builder.build());
            for (int i = 0; i < 3_000; i++) {
                step.run();
            }
        }

        double seconds() {
            double best = Double.MAX_VALUE;
            for (int i = 0; i < 20; i++) {
                long begin = System.nanoTime();
                for (int j = 0; j < 50; j++) {
                    step.run();
                }
                best = Math.min(best, (System.nanoTime() - begin) / 50e9);
            }
            return best;
        }

        double allocation() {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                step.run();
            }
            return (threads.getCurrentThreadAllocatedBytes() - before) / 1_000.0;
        }

        @Override
        public void close() {
            step.close();
            backend.close();
        }
    }
}
