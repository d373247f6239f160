package dev.parity.engine.lockstep;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.Value;
import dev.parity.spi.WrappedBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A backend that cuts each program, and takes from wires what the Ops read and gives them what they write. Of the
/// caller's tensors it uses those of faults alone, which wrap it.
///
/// @param inner what computes
/// @param wires one for each rank
record CutBackend(Backend inner, List<Wire> wires) implements WrappedBackend {

    @Override
    public Executable compile(Program program) {
        Cut cut = Cut.of(program);
        Executable executable = inner.compile(cut.program());
        return (rank, bindings) -> bind(cut, executable, rank, bindings);
    }

    private Bound bind(Cut cut, Executable executable, int rank, Bindings bindings) {
        List<Tensor> owned = new ArrayList<>();
        try {
            Map<String, Tensor> inputs = new HashMap<>(bindings.inputs());
            Map<String, Tensor> outputs = new HashMap<>(bindings.outputs());
            bind(cut.program().inputs(), inputs, rank, owned);
            bind(cut.program().outputs(), outputs, rank, owned);
            Bound bound = executable.bind(rank, new Bindings(inputs, outputs));
            return new CutBound(cut, bound, inputs, outputs, owned, wires.get(rank));
        } catch (RuntimeException | Error broken) {
            owned.forEach(Tensor::close);
            throw broken;
        }
    }

    /// Allocates what nobody has bound.
    private void bind(List<Value> values, Map<String, Tensor> bound, int rank, List<Tensor> owned) {
        for (Value value : values) {
            bound.computeIfAbsent(value.name(), _ -> {
                Tensor tensor = inner.allocate(rank, value.type());
                owned.add(tensor);
                return tensor;
            });
        }
    }

    /// A cut program on one rank.
    ///
    /// @param cut the program
    /// @param bound runs it
    /// @param inputs its tensors by name
    /// @param outputs its tensors by name
    /// @param owned those to close
    /// @param wire of the rank
    private record CutBound(
            Cut cut,
            Bound bound,
            Map<String, Tensor> inputs,
            Map<String, Tensor> outputs,
            List<Tensor> owned,
            Wire wire)
            implements Bound {
        @Override
        public void run() {
            cut.forced().forEach((twin, value) -> tensor(inputs, twin).write(wire.forced(value.name())));
            bound.run();
            cut.written()
                    .forEach(value ->
                            wire.found(value.name(), tensor(outputs, value).toArray()));
        }

        private static Tensor tensor(Map<String, Tensor> tensors, Value value) {
            Tensor tensor = tensors.get(value.name());
            if (tensor == null) {
                throw new IllegalStateException("%s was not bound".formatted(value));
            }
            return tensor;
        }

        @Override
        public void close() {
            bound.close();
            owned.forEach(Tensor::close);
        }
    }
}
