package dev.parity.cpu.internal.host;

import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
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

/// A program that becomes a list of steps for each Bound.
///
/// @param backend where it runs
/// @param program what to compute
record HostExecutable<T extends Tensor>(HostBackend<T> backend, Program program) implements Executable {
    /// A rank that cannot bind must not leave the others waiting for it.
    @Override
    public Bound bind(int rank, Bindings bindings) {
        backend.checkNotAborted();
        try {
            return new HostBound(backend, rank, program.name(), plan(rank, bindings));
        } catch (RuntimeException | Error failure) {
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
        List<Step> kept = new ArrayList<>();
        List<Step> copies = new ArrayList<>();
        for (Value value : program.outputs()) {
            T tensor = bound(value, bindings.outputs());
            Value input = read.get(tensor);
            if (program.inputs().contains(value)) { // another output may be written over it
                T before = backend.kernels().allocate(value.type());
                kept.add(copy(value, bound(value, bindings.inputs()), before));
                copies.add(copy(value, before, tensor));
            } else if (input != null && !updates(value, input)) {
                T source = bound.computeIfAbsent(value, _ -> backend.kernels().allocate(value.type()));
                copies.add(copy(value, source, tensor));
            } else {
                bound.put(value, tensor);
            }
        }
        List<Step> steps =
                new ArrayList<>(backend.kernels().plan(program, bound, new Exchanges(program, backend.rank(rank))));
        steps.addAll(kept);
        steps.addAll(copies);
        return List.copyOf(steps);
    }

    private Step copy(Value value, T from, T to) {
        return new Step("writing " + value, () -> backend.kernels().copy(from, to));
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
