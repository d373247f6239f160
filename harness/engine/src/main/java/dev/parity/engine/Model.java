package dev.parity.engine;

import static dev.parity.spi.ElementType.FP32;
import static dev.parity.spi.ElementType.INT32;

import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The net of DeepSpeed's CIFAR example as programs: a training step, an evaluation, a broadcast.
public final class Model {
    /// Inputs and outputs of a MoE layer, and of an expert.
    static final int WIDTH = 84;

    private static final int CLASSES = 10;

    private final TrainingConfig config;
    private final GradientReducer reducer;
    private final ElementType dtype;
    private final List<Parameter> parameters;
    private final Groups groups;

    /// Lays out the net, with DeepSpeed's reduction of gradients.
    ///
    /// @param config all settings
    public Model(TrainingConfig config) {
        this(config, TrainingParts.of(config).reducer());
    }

    /// Lays out the net.
    ///
    /// @param config all settings
    /// @param reducer reduces the gradients
    Model(TrainingConfig config, GradientReducer reducer) {
        this.config = config;
        this.reducer = reducer;
        dtype = config.precision().dtype();
        groups = Groups.of(config.parallel());
        parameters = layOut();
    }

    private List<Parameter> layOut() {
        List<Parameter> all = new ArrayList<>();
        dense(all, "conv1", 75, 6, 3, 5, 5);
        dense(all, "conv2", 150, 16, 6, 5, 5);
        dense(all, "fc1", 400, 120, 400);
        dense(all, "fc2", 120, WIDTH, 120);
        List<Integer> layers = config.model().experts();
        boolean residual = config.model().mlpType() == TrainingConfig.MlpType.RESIDUAL;
        if (layers.isEmpty()) {
            dense(all, "fc3", WIDTH, CLASSES, WIDTH);
            return List.copyOf(all);
        }
        if (residual) {
            dense(all, "fc3", WIDTH, WIDTH, WIDTH);
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            String moe = MoeLayer.name(layer) + ".";
            int local = layers.get(layer) / config.parallel().epSize();
            TensorType weight = TensorType.of(dtype, local, WIDTH, WIDTH);
            TensorType bias = TensorType.of(dtype, local, WIDTH);
            String gate = moe + "gate.weight";
            TensorType gateType = TensorType.of(FP32, layers.get(layer), WIDTH);
            all.add(new Parameter(gate, gateType, Parameter.Kind.GATE, WIDTH, gate, 1));
            all.add(new Parameter(moe + "expert.weight", weight, Parameter.Kind.EXPERT, WIDTH, "fc3.weight", local));
            all.add(new Parameter(moe + "expert.bias", bias, Parameter.Kind.EXPERT, WIDTH, "fc3.bias", local));
            if (residual) {
                dense(all, moe + "coefficient", WIDTH, 2, WIDTH);
            }
        }
        dense(all, "fc4", WIDTH, CLASSES, WIDTH);
        return List.copyOf(all);
    }

    private void dense(List<Parameter> all, String layer, int fanIn, int... extents) {
        for (String name : List.of(layer + ".weight", layer + ".bias")) {
            TensorType type = name.endsWith("bias") ? TensorType.of(dtype, extents[0]) : TensorType.of(dtype, extents);
            all.add(new Parameter(name, type, Parameter.Kind.DENSE, fanIn, name, 1));
        }
    }

    /// Returns the parameters that each rank holds.
    ///
    /// @return in a fixed order
    public List<Parameter> parameters() {
        return parameters;
    }

    /// Random numbers that a program takes as an input, drawn on the host.
    ///
    /// @param input name of the input
    /// @param type FP32, [S,E] or [S,M]
    /// @param kind what is drawn
    public record NoiseInput(String input, TensorType type, Kind kind) {
        /// What is drawn.
        public enum Kind {
            /// Standard Gumbel.
            GUMBEL,
            /// Uniform in [0, 1).
            UNIFORM,
            /// Uniform in [1 - 0.01, 1 + 0.01).
            JITTER,
            /// Nothing: all zero.
            ZERO
        }
    }

    /// What one MoE layer's gate decided.
    ///
    /// @param expert of each choice of each token, INT32[S,k]
    /// @param slot of each choice at its expert, -1 where it was dropped, INT32[S,k]
    /// @param counts first choices that fell on each expert, dropped ones too, INT32[E]
    /// @param scores by which the tokens chose, FP32[S,E]
    public record Routing(Value expert, Value slot, Value counts, Value scores) {}

    /// A program of the net with the values that the engine binds.
    public sealed interface Step {
        /// Returns the program.
        ///
        /// @return its inputs are `images`, noise and parameters, in training `labels` and `lossScale` too
        Program program();

        /// Returns the random inputs.
        ///
        /// @return in the order of the program's inputs
        List<NoiseInput> noise();
    }

    /// A training step. All values are outputs of its program.
    ///
    /// @param program the program
    /// @param noise the random inputs
    /// @param loss this rank's, the auxiliary one included, not scaled: a scalar of the compute type
    /// @param overflow 1 if a gradient of any rank is not finite, else 0: an INT32 scalar
    /// @param norms L2 norm of each reduced gradient, still scaled: FP32[parameters]
    /// @param gradients the reduced gradient of each parameter, still scaled, of its type and shape
    /// @param routing of each MoE layer
    public record TrainingStep(
            Program program,
            List<NoiseInput> noise,
            Value loss,
            Value overflow,
            Value norms,
            List<Value> gradients,
            List<Routing> routing)
            implements Step {
        /// Copies the lists.
        public TrainingStep {
            noise = List.copyOf(noise);
            gradients = List.copyOf(gradients);
            routing = List.copyOf(routing);
        }
    }

    /// An evaluation of a batch.
    ///
    /// @param program the program
    /// @param noise the random inputs
    /// @param predictions the class of each image, an output of the program: INT32[batch]
    public record EvaluationStep(Program program, List<NoiseInput> noise, Value predictions) implements Step {
        /// Copies the list.
        public EvaluationStep {
            noise = List.copyOf(noise);
        }
    }

    /// Writes the training step: forward, backward of the scaled loss, gradient reduction, overflow flag
    /// and norms.
    ///
    /// @return the step
    public TrainingStep trainingStep() {
        NetBuilder net = new NetBuilder("training-step", dtype, config.train().microBatch(), true, parameters);
        Program.Builder program = net.program;
        Value scale = program.input("lossScale", TensorType.of(FP32));
        Value labels = program.input("labels", TensorType.of(INT32, net.batch));
        Value loss = loss(net, labels);
        Value seed = net.cast("scaleCast", scale, dtype);
        List<Value> local = Gradient.append(program, loss, seed, net.weights());
        List<Value> reduced = reducer.append(program, parameters, local);
        Value found = program.applyAll(List.of("nonFinite"), new Op.NonFinite(), reduced)
                .getFirst();
        Value overflow = config.parallel().world() == 1
                ? found
                : net.apply("overflow", new Op.AllReduce(groups.world(), Op.Reduction.MAX), found);
        Value norms = program.applyAll(List.of("norms"), new Op.Norm(), reduced).getFirst();
        program.output(loss, overflow, norms);
        reduced.forEach(program::output);
        return new TrainingStep(program.build(), net.noise(), loss, overflow, norms, reduced, net.routing());
    }

    private Value loss(NetBuilder net, Value labels) {
        Value loss = net.apply("crossEntropy", new Op.CrossEntropy(), forward(net), labels);
        if (net.auxLoss().isEmpty()) {
            return loss;
        }
        double coefficient = config.model().auxLossCoefficient();
        Value weighted = net.apply(
                "weightedAuxLoss", new Op.Scale(coefficient), net.auxLoss().get());
        return net.apply("totalLoss", new Op.Add(), loss, net.cast("auxLossCast", weighted, dtype));
    }

    /// Writes the evaluation of a batch.
    ///
    /// @param batch number of images
    /// @return the step, in the configured mode
    public EvaluationStep evaluation(int batch) {
        return evaluation(batch, config.evaluation().mode());
    }

    EvaluationStep evaluation(int batch, TrainingConfig.EvaluationMode mode) {
        boolean training = mode == TrainingConfig.EvaluationMode.TRAIN;
        NetBuilder net = new NetBuilder("evaluation", dtype, batch, training, parameters);
        Value predictions = net.apply("predictions", new Op.ArgMax(), forward(net));
        net.program.output(predictions);
        return new EvaluationStep(net.program.build(), net.noise(), predictions);
    }

    private Value forward(NetBuilder net) {
        Value x = convolution(net, "conv1", net.images);
        x = convolution(net, "conv2", x);
        x = net.reshape("flat", x, net.batch, 400);
        x = net.relu("relu3", net.linear("fc1", x));
        x = net.relu("relu4", net.linear("fc2", x));
        int layers = config.model().experts().size();
        if (layers == 0) {
            return net.linear("fc3", x);
        }
        for (int layer = 0; layer < layers; layer++) {
            x = new MoeLayer(net, config.model(), groups.expertParallel(), layer).append(x);
        }
        return net.linear("fc4", x);
    }

    private static Value convolution(NetBuilder net, String layer, Value x) {
        Value y = net.apply(layer, new Op.Conv2d(), x, net.weight(layer + ".weight"), net.weight(layer + ".bias"));
        return net.apply(layer + "/pool", new Op.MaxPool2d(2), net.relu(layer + "/relu", y));
    }

    /// Writes the program that gives every rank the values of rank 0 (experts: of their first holder).
    ///
    /// @return inputs are the masters, outputs `P/new`
    public Program broadcast() {
        Program.Builder builder = new Program.Builder("broadcast");
        for (Parameter parameter : parameters) {
            Value master = builder.input(parameter.name() + "/master", parameter.master());
            Op op = new Op.Broadcast(groups.holders(parameter.kind()));
            builder.output(builder.apply(parameter.name() + "/new", op, master));
        }
        return builder.build();
    }

    /// Looks up what must be there.
    static <T> T known(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }
}
