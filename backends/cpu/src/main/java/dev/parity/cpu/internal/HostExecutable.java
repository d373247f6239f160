package dev.parity.cpu.internal;

import dev.parity.spi.BackendException;
import dev.parity.spi.Bindings;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A program as lists of steps: one list for each rank and set of bindings, made on first use and kept.
final class HostExecutable<T extends Tensor> implements Executable {
    private final HostBackend<T> backend;
    private final Program program;
    private final Map<Key, List<Runnable>> plans = new ConcurrentHashMap<>();

    HostExecutable(HostBackend<T> backend, Program program) {
        this.backend = backend;
        this.program = program;
    }

    /// Bindings are compared by identity: a caller keeps them from step to step.
    private record Key(int rank, Bindings bindings) {
        @Override
        @SuppressWarnings("ReferenceEquality") // see above
        public boolean equals(Object other) {
            return other instanceof Key key && key.rank == rank && key.bindings == bindings;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(bindings) + rank;
        }
    }

    @Override
    public void run(int rank, Bindings bindings) {
        List<Runnable> steps = plans.computeIfAbsent(new Key(rank, bindings), _ -> planOrFail(rank, bindings));
        backend.rank(rank).saturated = false;
        int at = 0;
        try {
            for (; at < steps.size(); at++) {
                steps.get(at).run();
            }
        } catch (RuntimeException | Error failure) {
            backend.fail(failure);
            String what = at < program.nodes().size() ? program.nodes().get(at).toString() : "writing the outputs";
            throw new BackendException(
                    "%s failed on %s:%d: %s".formatted(what, backend.id(), rank, failure.getMessage()), failure);
        }
    }

    /// A rank that cannot plan must not leave the others waiting for it.
    private List<Runnable> planOrFail(int rank, Bindings bindings) {
        try {
            return plan(rank, bindings);
        } catch (RuntimeException failure) {
            backend.fail(failure);
            throw failure;
        }
    }

    private List<Runnable> plan(int rank, Bindings bindings) {
        Map<Value, T> memory = new HashMap<>();
        Set<Tensor> read = new HashSet<>();
        for (Value value : program.inputs()) {
            T tensor = bound(value, bindings.inputs());
            memory.put(value, tensor);
            read.add(tensor);
        }
        List<Runnable> copies = new ArrayList<>();
        for (Value value : program.outputs()) {
            T tensor = bound(value, bindings.outputs());
            if (memory.containsKey(value) || read.contains(tensor)) {
                T source = memory.computeIfAbsent(value, this::allocate);
                copies.add(() -> backend.kernels().copy(source, tensor));
            } else {
                memory.put(value, tensor);
            }
        }
        List<Runnable> steps = new ArrayList<>();
        for (Node node : program.nodes()) {
            List<T> in = node.inputs().stream().map(memory::get).toList();
            List<T> out = node.outputs().stream()
                    .map(value -> memory.computeIfAbsent(value, this::allocate))
                    .toList();
            steps.add(backend.kernels().step(node, in, out, backend.rank(rank)));
        }
        steps.addAll(copies);
        return List.copyOf(steps);
    }

    private T allocate(Value value) {
        return backend.kernels().allocate(value.type());
    }

    @SuppressWarnings("unchecked") // a backend's tensors all come from its own kernels
    private T bound(Value value, Map<String, Tensor> tensors) {
        Tensor tensor = tensors.get(value.name());
        if (tensor == null || !tensor.type().equals(value.type())) {
            throw new IllegalArgumentException("program %s needs %s bound, was %s"
                    .formatted(program.name(), value, tensor == null ? "nothing" : tensor.type()));
        }
        return (T) tensor;
    }
}
