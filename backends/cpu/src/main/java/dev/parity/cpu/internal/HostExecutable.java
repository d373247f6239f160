package dev.parity.cpu.internal;

import dev.parity.spi.BackendException;
import dev.parity.spi.Bindings;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A program as lists of steps: one list for each rank and set of bindings, made on first use and kept.
final class HostExecutable<T extends Tensor> implements Executable {
    private final HostBackend<T> backend;
    private final Program program;
    private final Map<Key, List<Step>> plans = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable Plan> latest;

    HostExecutable(HostBackend<T> backend, Program program) {
        this.backend = backend;
        this.program = program;
        latest = new AtomicReferenceArray<>(backend.world());
    }

    /// The plan that a rank ran last, to be found again without looking.
    private record Plan(Bindings bindings, List<Step> steps) {}

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
    @SuppressWarnings("ReferenceEquality") // as in Key
    public void run(int rank, Bindings bindings) {
        backend.checkNotAborted();
        Plan plan = latest.get(rank);
        if (plan == null || plan.bindings != bindings) {
            plan = new Plan(bindings, plans.computeIfAbsent(new Key(rank, bindings), _ -> planOrFail(rank, bindings)));
            latest.set(rank, plan);
        }
        List<Step> steps = plan.steps;
        backend.rank(rank).saturated = false;
        int at = 0;
        try {
            for (; at < steps.size(); at++) {
                steps.get(at).work().run();
            }
        } catch (RuntimeException | Error failure) {
            BackendException told = new BackendException(
                    "%s failed on %s:%d: %s".formatted(steps.get(at).what(), backend.id(), rank, failure.getMessage()),
                    failure);
            backend.abort(told);
            throw told;
        }
    }

    /// A rank that cannot plan must not leave the others waiting for it.
    private List<Step> planOrFail(int rank, Bindings bindings) {
        try {
            return plan(rank, bindings);
        } catch (RuntimeException failure) {
            backend.abort(failure);
            throw failure;
        }
    }

    private List<Step> plan(int rank, Bindings bindings) {
        Map<Value, T> bound = new HashMap<>();
        Map<Tensor, Value> read = new HashMap<>();
        for (Value value : program.inputs()) {
            T tensor = bound(value, bindings.inputs());
            bound.put(value, tensor);
            read.put(tensor, value);
        }
        List<Step> copies = new ArrayList<>();
        for (Value value : program.outputs()) {
            T tensor = bound(value, bindings.outputs());
            Value input = read.get(tensor);
            if (bound.containsKey(value) || (input != null && !updates(value, input))) {
                T source = bound.computeIfAbsent(value, _ -> backend.kernels().allocate(value.type()));
                copies.add(new Step("writing " + value, () -> backend.kernels().copy(source, tensor)));
            } else {
                bound.put(value, tensor);
            }
        }
        List<Step> steps =
                new ArrayList<>(backend.kernels().plan(program, bound, new Exchanges(program, backend.rank(rank))));
        steps.addAll(copies);
        return List.copyOf(steps);
    }

    /// Tells whether an output may be written over an input: an optimizer writes each element after it has
    /// read it, and nobody else may need the input.
    private boolean updates(Value output, Value input) {
        Node writer = program.nodes().stream()
                .filter(node -> node.outputs().contains(output))
                .findFirst()
                .orElseThrow();
        return writer.op() instanceof Op.Optimizer
                && !program.outputs().contains(input)
                && program.nodes().stream()
                        .filter(node -> node.inputs().contains(input))
                        .allMatch(writer::equals);
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
