package dev.parity.spi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Where the inputs and outputs of a program are on one rank. An output that is bound to the tensor of an
/// input is computed elsewhere and copied in the end, so that all inputs are read before; only an optimizer
/// may update its states where they are.
///
/// @param tensors of each input, and of each output that is not an input: the caller's, or one made for it
/// @param copies what is copied after the last node, in order
/// @param <T> a backend's tensor
public record Placement<T extends Tensor>(Map<Value, T> tensors, List<Copy<T>> copies) {
    /// Copies the map and the list.
    public Placement {
        tensors = Map.copyOf(tensors);
        copies = List.copyOf(copies);
    }

    /// A tensor that gets the values of another one of its type.
    ///
    /// @param value what is copied
    /// @param from source
    /// @param to destination
    /// @param <T> a backend's tensor
    public record Copy<T extends Tensor>(Value value, T from, T to) {}

    /// Places a program's inputs and outputs.
    ///
    /// @param program what is bound
    /// @param bindings to which tensors, all of the backend's own class
    /// @param allocate makes a tensor that lives as long as what is bound
    /// @return the placement
    /// @param <T> a backend's tensor
    /// @throws IllegalArgumentException if a binding is missing or of another type
    @SuppressWarnings("unchecked") // a backend's tensors are all of its own class
    public static <T extends Tensor> Placement<T> of(
            Program program, Bindings bindings, Function<TensorType, T> allocate) {
        Map<Value, T> placed = new HashMap<>();
        Map<Tensor, Value> read = new HashMap<>();
        for (Value value : program.inputs()) {
            T tensor = (T) bound(program, value, bindings.inputs());
            placed.put(value, tensor);
            read.put(tensor, value);
        }
        List<Copy<T>> kept = new ArrayList<>();
        List<Copy<T>> copies = new ArrayList<>();
        for (Value value : program.outputs()) {
            T tensor = (T) bound(program, value, bindings.outputs());
            Value input = read.get(tensor);
            if (program.inputs().contains(value)) { // another output may be written over it
                T before = allocate.apply(value.type());
                kept.add(new Copy<>(value, (T) bound(program, value, bindings.inputs()), before));
                copies.add(new Copy<>(value, before, tensor));
            } else if (input != null && !updates(program, value, input)) {
                T source = placed.computeIfAbsent(value, _ -> allocate.apply(value.type()));
                copies.add(new Copy<>(value, source, tensor));
            } else {
                placed.put(value, tensor);
            }
        }
        kept.addAll(copies);
        return new Placement<>(placed, kept);
    }

    /// Tells whether an output may be written over an input: an optimizer writes each element after it has
    /// read it, and nobody else may need the input.
    private static boolean updates(Program program, Value output, Value input) {
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

    private static Tensor bound(Program program, Value value, Map<String, Tensor> tensors) {
        Tensor tensor = tensors.get(value.name());
        if (tensor == null || !tensor.type().equals(value.type())) {
            throw new IllegalArgumentException("program %s needs %s bound, was %s"
                    .formatted(program.name(), value, tensor == null ? "nothing" : tensor.type()));
        }
        return tensor;
    }
}
