package dev.parity.spi;

import java.util.List;
import java.util.stream.Collectors;

/// One Op in a program with the values it reads and writes.
///
/// @param op what is computed
/// @param inputs values defined earlier
/// @param outputs values defined here
public record Node(Op op, List<Value> inputs, List<Value> outputs) {
    /// Copies the lists.
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /// Returns an input.
    ///
    /// @param index from 0
    /// @return the value
    public Value input(int index) {
        return inputs.get(index);
    }

    /// Returns the first output.
    ///
    /// @return the value
    public Value output() {
        return outputs.getFirst();
    }

    @Override
    public String toString() {
        return outputs.stream().map(Value::toString).collect(Collectors.joining(", ")) + " = " + op + " "
                + inputs.stream().map(value -> "%" + value.id()).collect(Collectors.joining(" "));
    }
}
