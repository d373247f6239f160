package dev.parity.engine.lockstep;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Node;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A program on one rank of the golden, Op by Op, each value rounded to its type. Used by the rank's thread only.
final class Lesson implements AutoCloseable {
    private final Backend golden;
    private final Program program;
    private final int rank;
    private final Bindings bindings;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, double[]> elements = new HashMap<>();
    private final List<Tensor> owned = new ArrayList<>();
    private final List<Bound> ops = new ArrayList<>();

    Lesson(Backend golden, Program program, int rank, Bindings bindings) {
        this.golden = golden;
        this.program = program;
        this.rank = rank;
        this.bindings = bindings;
    }

    /// Makes every Op ready; what was made is closed with this, also if one cannot be.
    void bind(List<Executable> executables) {
        for (Value input : program.inputs()) {
            hold(input, known(bindings.inputs(), input));
        }
        for (Node node : program.nodes()) {
            for (Value output : node.outputs()) {
                Tensor tensor = golden.allocate(rank, output.type());
                owned.add(tensor);
                hold(output, tensor);
            }
        }
        for (int i = 0; i < executables.size(); i++) {
            Node node = program.nodes().get(i);
            ops.add(executables.get(i).bind(rank, new Bindings(pick(node.inputs()), pick(node.outputs()))));
        }
    }

    private void hold(Value value, Tensor tensor) {
        tensors.put(value.name(), tensor);
        elements.put(value.name(), new double[value.shape().size()]);
    }

    private Map<String, Tensor> pick(List<Value> values) {
        Map<String, Tensor> picked = new HashMap<>();
        values.forEach(value -> picked.put(value.name(), known(tensors, value)));
        return picked;
    }

    /// Computes every Op; the caller's outputs stay as they are, for they may be inputs too.
    void compute() {
        program.inputs().forEach(this::round);
        for (int i = 0; i < ops.size(); i++) {
            ops.get(i).run();
            program.nodes().get(i).outputs().forEach(this::round);
        }
    }

    private void round(Value value) {
        double[] found = elements(value.name());
        Tensor tensor = known(tensors, value);
        tensor.read(found);
        ElementType type = value.element();
        boolean changed = false;
        for (int i = 0; i < found.length; i++) {
            double rounded = type.round(found[i]);
            changed |= rounded != found[i];
            found[i] = rounded;
        }
        if (changed) {
            tensor.write(found);
        }
    }

    /// Returns a value as the Ops after it read it.
    ///
    /// @param value its name
    /// @return its elements until the next [#compute], not to be written to
    double[] elements(String value) {
        return Objects.requireNonNull(elements.get(value), value);
    }

    /// Hands the outputs to the caller.
    void finish() {
        program.outputs().forEach(output -> known(bindings.outputs(), output).write(elements(output.name())));
    }

    private static Tensor known(Map<String, Tensor> map, Value value) {
        return Objects.requireNonNull(map.get(value.name()), value.name());
    }

    @Override
    public void close() {
        ops.forEach(Bound::close);
        owned.forEach(Tensor::close);
    }
}
