package dev.parity.spi;

import java.util.Map;

/// The tensors that a program reads and writes on one rank.
///
/// @param inputs a tensor for each input of the program, by name
/// @param outputs a tensor for each output of the program, by name
public record Bindings(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
    /// Copies the maps.
    public Bindings {
        inputs = Map.copyOf(inputs);
        outputs = Map.copyOf(outputs);
    }
}
