package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// The tensors of one rank and what binds them to programs. Used by the rank's own thread only.
final class RankState implements AutoCloseable {
    private final Backend backend;
    private final OptimizerProgram optimizer;
    private final List<Parameter> parameters;
    private final int rank;
    private final List<Tensor> owned = new ArrayList<>();
    private final List<Bound> bound = new ArrayList<>();
    /// Weights as the net computes with them, by parameter.
    private final Map<String, Tensor> weights = new HashMap<>();
    /// Optimizer states by `parameter/state`.
    private final SortedMap<String, Tensor> states = new TreeMap<>();
    /// Buffers of the checksum, by size, kept from one to the next.
    private final Map<Integer, double[]> buffers = new HashMap<>();
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    RankState(Backend backend, OptimizerProgram optimizer, int rank) {
        this.backend = backend;
        this.optimizer = optimizer;
        parameters = optimizer.parameters();
        this.rank = rank;
        try {
            for (Parameter parameter : parameters) {
                weights.put(parameter.name(), allocate(parameter.type()));
                for (String state : optimizer.rule().states()) {
                    states.put(parameter.name() + "/" + state, allocate(parameter.master()));
                }
            }
        } catch (RuntimeException | Error broken) {
            close();
            throw broken;
        }
    }

    private Tensor allocate(TensorType type) {
        Tensor tensor = backend.allocate(rank, type);
        owned.add(tensor);
        return tensor;
    }

    Tensor weight(Parameter parameter) {
        return Model.known(weights, parameter.name());
    }

    Tensor state(Parameter parameter, String state) {
        return Model.known(states, parameter.name() + "/" + state);
    }

    /// Binds a program for good: it is freed with the tensors.
    Bound bind(Executable executable, Bindings bindings) {
        Bound made = executable.bind(rank, bindings);
        bound.add(made);
        return made;
    }

    /// Binds a step of the model: the weights are shared, all else is allocated.
    Bindings bind(Model.Step step) {
        Map<String, Tensor> inputs = new HashMap<>();
        for (Value value : step.program().inputs()) {
            Tensor weight = weights.get(value.name());
            inputs.put(value.name(), weight == null ? allocate(value.type()) : weight);
        }
        Map<String, Tensor> outputs = new HashMap<>();
        for (Value value : step.program().outputs()) {
            outputs.put(value.name(), allocate(value.type()));
        }
        return new Bindings(inputs, outputs);
    }

    /// Binds the optimizer: states are updated in place, gradients come from a training step.
    Bindings bindOptimizer(Model.TrainingStep step, Bindings training) {
        Map<String, Tensor> inputs = new HashMap<>(states);
        Map<String, Tensor> outputs = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).name();
            inputs.put(
                    name + "/grad",
                    Model.known(training.outputs(), step.gradients().get(i).name()));
            outputs.put(name + "/new", Model.known(weights, name));
        }
        states.forEach((name, tensor) -> outputs.put(name + "/new", tensor));
        optimizer.rule().controls().forEach((name, type) -> inputs.put(name, allocate(type)));
        return new Bindings(inputs, outputs);
    }

    /// Binds the broadcast: masters are replaced by those of the first rank of their group.
    Bindings bindBroadcast() {
        Map<String, Tensor> inputs = new HashMap<>();
        Map<String, Tensor> outputs = new HashMap<>();
        for (Parameter parameter : parameters) {
            Tensor master = state(parameter, "master");
            inputs.put(parameter.name() + "/master", master);
            outputs.put(parameter.name() + "/new", master);
        }
        return new Bindings(inputs, outputs);
    }

    /// Takes weights from the masters: both hold the value rounded to the compute type.
    void roundWeights() {
        for (Parameter parameter : parameters) {
            weight(parameter).write(state(parameter, "master").toArray());
        }
    }

    /// Returns a checksum of the parameters that all ranks share.
    String checksum() {
        CRC32C sum = new CRC32C();
        for (Parameter parameter : parameters) {
            if (parameter.kind() != Parameter.Kind.EXPERT) {
                Tensor weight = weight(parameter);
                int size = weight.type().shape().size();
                double[] values = values(size);
                weight.read(values);
                if (bytes.capacity() < size * Double.BYTES) {
                    bytes = ByteBuffer.allocate(size * Double.BYTES);
                }
                bytes.asDoubleBuffer().put(values);
                sum.update(bytes.array(), 0, size * Double.BYTES);
            }
        }
        return "%08x".formatted(sum.getValue());
    }

    private double[] values(int size) {
        return buffers.computeIfAbsent(size, double[]::new);
    }

    /// Copies the optimizer states and the weights for a checkpoint.
    SortedMap<String, double[]> save() {
        SortedMap<String, double[]> saved = new TreeMap<>();
        states.forEach((name, tensor) -> saved.put(name, tensor.toArray()));
        weights.forEach((name, tensor) -> saved.put(name, tensor.toArray()));
        return saved;
    }

    /// Takes back what [#save] copied.
    void load(SortedMap<String, double[]> saved) {
        states.forEach((name, tensor) -> tensor.write(Model.known(saved, name)));
        weights.forEach((name, tensor) -> tensor.write(Model.known(saved, name)));
    }

    @Override
    public void close() {
        bound.forEach(Bound::close);
        owned.forEach(Tensor::close);
    }
}
