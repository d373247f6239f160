package dev.parity.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Runs programs on all ranks of a backend.
public final class Runs {
    private Runs() {}

    /// Runs a program as [#of(BackendProvider, NumericMode, Program, List)] does, in the default mode.
    static List<Map<String, double[]>> of(
            BackendProvider provider, Program program, List<Map<String, double[]>> inputs) {
        return of(provider, provider.defaultMode(), program, inputs);
    }

    /// Opens a backend, runs a program twice, so that what a run leaves behind shows, and closes it. Skips the test
    /// if the backend does not support the program.
    ///
    /// @param provider of the backend
    /// @param mode how it computes
    /// @param program to run
    /// @param inputs of each rank, by name
    /// @return the outputs of each rank, by name
    /// @throws AssertionError if a rank fails, with what it threw as the cause
    public static List<Map<String, double[]>> of(
            BackendProvider provider, NumericMode mode, Program program, List<Map<String, double[]>> inputs) {
        try (Backend backend = provider.open(inputs.size(), mode)) {
            assumeSupported(backend, program);
            Executable executable = backend.compile(program);
            return onAllRanks(inputs.size(), rank -> {
                Map<String, Tensor> in = allocate(backend, rank, program.inputs());
                Map<String, Tensor> out = allocate(backend, rank, program.outputs());
                in.forEach((name, tensor) -> tensor.write(known(inputs.get(rank), name)));
                try (Bound bound = executable.bind(rank, new Bindings(in, out))) {
                    bound.run();
                    bound.run();
                }
                Map<String, double[]> found = read(out);
                in.values().forEach(Tensor::close);
                out.values().forEach(Tensor::close);
                return found;
            });
        }
    }

    /// Returns what has a name.
    static <T> T known(Map<String, T> map, String name) {
        T found = map.get(name);
        if (found == null) {
            throw new IllegalStateException("there is no %s among %s".formatted(name, map.keySet()));
        }
        return found;
    }

    /// Skips a test of what the backend cannot compute.
    static void assumeSupported(Backend backend, Program program) {
        for (Node node : program.nodes()) {
            Support support = backend.supports(node.op(), node.output().element());
            assumeTrue(support instanceof Support.Supported, () -> "not supported: " + support);
        }
        for (Value input : program.inputs()) {
            boolean moved = backend.supports(new Op.Relu(), input.element()) instanceof Support.Supported;
            assumeTrue(moved || !input.element().isFloating(), () -> "not supported: " + input);
        }
    }

    static Map<String, Tensor> allocate(Backend backend, int rank, List<Value> values) {
        Map<String, Tensor> tensors = new HashMap<>();
        values.forEach(value -> tensors.put(value.name(), backend.allocate(rank, value.type())));
        return tensors;
    }

    static Map<String, double[]> read(Map<String, Tensor> tensors) {
        Map<String, double[]> values = new HashMap<>();
        tensors.forEach((name, tensor) -> values.put(name, tensor.toArray()));
        return values;
    }

    /// Calls a task for each rank, all at the same time.
    ///
    /// @return what each call returned
    /// @throws AssertionError if one failed
    static <T> List<T> onAllRanks(int world, IntFunction<T> task) {
        try (ExecutorService threads = Executors.newFixedThreadPool(world)) {
            List<Future<T>> ranks = new ArrayList<>();
            for (int rank = 0; rank < world; rank++) {
                int mine = rank;
                ranks.add(threads.submit(() -> task.apply(mine)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> rank : ranks) {
                results.add(rank.get());
            }
            return results;
        } catch (ExecutionException problem) {
            throw new AssertionError("a rank failed", problem.getCause());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupt);
        }
    }
}
