package dev.parity.faults.internal;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.WrappedBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A backend that changes each program before it compiles it.
///
/// @param inner what computes
/// @param mode how it says that it computes
/// @param change the change
public record RewritingBackend(Backend inner, NumericMode mode, Rewriter.Change change) implements WrappedBackend {

    @Override
    public Executable compile(Program program) {
        Rewriter.Rewritten rewritten = Rewriter.rewrite(program, change);
        Executable executable = inner.compile(rewritten.program());
        return (rank, bindings) -> bind(rewritten, executable, rank, bindings);
    }

    /// Adds the tensors that the caller does not know of.
    private Bound bind(Rewriter.Rewritten rewritten, Executable executable, int rank, Bindings bindings) {
        List<Tensor> owned = new ArrayList<>();
        try {
            Map<String, Tensor> inputs = new HashMap<>(bindings.inputs());
            Map<String, Tensor> outputs = new HashMap<>(bindings.outputs());
            rewritten.constants().forEach((input, elements) -> {
                Tensor tensor = inner.allocate(rank, input.type());
                owned.add(tensor);
                tensor.write(elements);
                inputs.put(input.name(), tensor);
            });
            rewritten.carried().forEach((input, output) -> {
                Tensor tensor = inner.allocate(rank, input.type());
                owned.add(tensor);
                inputs.put(input.name(), tensor);
                outputs.put(output.name(), tensor);
            });
            return new Owner(executable.bind(rank, new Bindings(inputs, outputs)), owned);
        } catch (RuntimeException | Error broken) {
            owned.forEach(Tensor::close);
            throw broken;
        }
    }

    /// Frees its tensors with the program that is bound to them.
    private record Owner(Bound bound, List<Tensor> owned) implements Bound {
        @Override
        public void run() {
            bound.run();
        }

        @Override
        public void close() {
            bound.close();
            owned.forEach(Tensor::close);
        }
    }
}
