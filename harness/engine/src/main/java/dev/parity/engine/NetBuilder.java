package dev.parity.engine;

import static dev.parity.spi.ElementType.FP32;

import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program of the net under construction, with what its layers share.
final class NetBuilder {
    final Program.Builder program;
    final ElementType dtype;
    final int batch;
    /// Whether the net is in training mode.
    final boolean training;
    final Value images;
    private final Map<String, Value> weights = new LinkedHashMap<>();
    private final List<Model.NoiseInput> noise = new ArrayList<>();
    private final List<Model.Routing> routing = new ArrayList<>();
    private Optional<Value> auxLoss = Optional.empty();

    /// Starts a program with its inputs: `images`, then the parameters.
    NetBuilder(String name, ElementType dtype, int batch, boolean training, List<Parameter> parameters) {
        this.dtype = dtype;
        this.batch = batch;
        this.training = training;
        program = new Program.Builder(name);
        images = program.input("images", TensorType.of(dtype, batch, 3, 32, 32));
        for (Parameter parameter : parameters) {
            weights.put(parameter.name(), program.input(parameter.name(), parameter.type()));
        }
    }

    Value weight(String name) {
        return Model.known(weights, name);
    }

    /// Returns all parameters, in their order.
    List<Value> weights() {
        return List.copyOf(weights.values());
    }

    Value apply(String name, Op op, Value... inputs) {
        return program.apply(name, op, inputs);
    }

    Value cast(String name, Value value, ElementType to) {
        return cast(program, name, value, to);
    }

    /// Appends a cast unless the value is of the type already.
    static Value cast(Program.Builder program, String name, Value value, ElementType to) {
        return value.element() == to ? value : program.apply(name, new Op.Cast(to), value);
    }

    Value reshape(String name, Value value, int... extents) {
        return apply(name, new Op.Reshape(Shape.of(extents)), value);
    }

    Value relu(String name, Value x) {
        return apply(name, new Op.Relu(), x);
    }

    Value linear(String layer, Value x) {
        return apply(layer, new Op.MatMul(false, true), x, weight(layer + ".weight"), weight(layer + ".bias"));
    }

    /// Adds a random input of one row an image.
    Value noise(String name, Model.NoiseInput.Kind kind, int columns) {
        Model.NoiseInput input = new Model.NoiseInput(name, TensorType.of(FP32, batch, columns), kind);
        noise.add(input);
        return program.input(name, input.type());
    }

    List<Model.NoiseInput> noise() {
        return noise;
    }

    /// Makes what a layer's gate decided an output.
    void output(Model.Routing layer) {
        program.output(layer.expert(), layer.slot(), layer.counts(), layer.scores());
        routing.add(layer);
    }

    List<Model.Routing> routing() {
        return routing;
    }

    /// Adds the auxiliary loss of a layer to those before.
    void addAuxLoss(String layer, Value loss) {
        auxLoss = Optional.of(auxLoss.isEmpty() ? loss : apply(layer + "/auxSum", new Op.Add(), auxLoss.get(), loss));
    }

    Optional<Value> auxLoss() {
        return auxLoss;
    }
}
