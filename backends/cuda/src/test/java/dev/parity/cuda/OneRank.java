package dev.parity.cuda;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// One Op on one rank, once.
final class OneRank {
    private OneRank() {}

    /// Computes an Op of inputs between -1 and 1.
    ///
    /// @param seed of the inputs
    static double[] compute(BackendProvider provider, NumericMode mode, Op op, List<TensorType> types, long seed) {
        Program.Builder builder = new Program.Builder(op.name());
        Value[] inputs = new Value[types.size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = builder.input("in" + i, types.get(i));
        }
        Value output = builder.apply("out", op, inputs);
        builder.output(output);
        Random random = new Random(seed);
        try (Backend backend = provider.open(1, mode);
                Tensor out = backend.allocate(0, output.type())) {
            Map<String, Tensor> bound = new HashMap<>();
            for (Value input : inputs) {
                Tensor tensor = backend.allocate(0, input.type());
                bound.put(input.name(), tensor);
                tensor.write(random.doubles(input.shape().size(), -1, 1).toArray());
            }
            Bindings bindings = new Bindings(bound, Map.of("out", out));
            try (Bound ready = backend.compile(builder.build()).bind(0, bindings)) {
                ready.run();
                return out.toArray();
            } finally {
                bound.values().forEach(Tensor::close);
            }
        }
    }

    /// Multiplies matrices of a type.
    static double[] product(BackendProvider provider, ElementType type, int edge, int inner) {
        List<TensorType> types = List.of(TensorType.of(type, edge, inner), TensorType.of(type, inner, edge));
        return compute(provider, provider.defaultMode(), new Op.MatMul(false, false), types, inner);
    }
}
