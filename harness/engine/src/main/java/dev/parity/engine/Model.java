package dev.parity.engine;

import static dev.parity.spi.ElementType.FP32;
import static dev.parity.spi.ElementType.INT32;

import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/// The net of DeepSpeed's CIFAR example as programs: a training step, an optimizer step, an evaluation.
public final class Model {
    private static final int CLASSES = 10;
    private static final int WIDTH = 84;

    private final TrainingConfig config;
    private final ElementType dtype;
    private final List<Parameter> parameters;
    private final ProcessGroup world;
    private final ProcessGroup expertParallel;
    private final ProcessGroup expertData;

    /// Lays out the net.
    ///
    /// @param config all settings
    public Model(TrainingConfig config) {
        this.config = config;
        dtype = config.precision().dtype();
        int ranks = config.parallel().world();
        int ep = config.parallel().epSize();
        world = new ProcessGroup("world", List.of(range(0, ranks, 1)));
        expertParallel = new ProcessGroup(
                "expert-parallel",
                IntStream.range(0, ranks / ep)
                        .mapToObj(group -> range(group * ep, ep, 1))
                        .toList());
        expertData = new ProcessGroup(
                "expert-data",
                IntStream.range(0, ep)
                        .mapToObj(place -> range(place, ranks / ep, ep))
                        .toList());
        parameters = layOut();
    }

    private static List<Integer> range(int first, int count, int step) {
        return IntStream.range(0, count).mapToObj(i -> first + i * step).toList();
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
            String moe = "moe%d.".formatted(layer);
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

    /// A program with the names of what the engine binds.
    ///
    /// @param program the program
    /// @param noise the random inputs
    /// @param gradients name of the reduced gradient of each parameter, in their order; empty without
    ///     training
    /// @param routing names of (expert, slot, counts, scores) of each MoE layer
    /// @param results names of (loss, overflow, norms) in training, of (predictions) in evaluation
    public record Step(
            Program program,
            List<NoiseInput> noise,
            List<String> gradients,
            List<List<String>> routing,
            List<String> results) {
        /// Copies the lists.
        public Step {
            results = List.copyOf(results);
            noise = List.copyOf(noise);
            gradients = List.copyOf(gradients);
            routing = routing.stream().map(List::copyOf).toList();
        }
    }

    /// Writes the training step: forward, backward of the scaled loss, gradient reduction, overflow flag
    /// and norms.
    ///
    /// Inputs: `images`, `labels`, `lossScale`, noise and parameters. Outputs: `loss`, `overflow`,
    /// `norms`, one gradient a parameter, and routing.
    ///
    /// @return the step
    public Step trainingStep() {
        Net net = new Net("training-step", config.train().microBatch(), true);
        Program.Builder builder = net.builder;
        Value scale = builder.input("lossScale", TensorType.of(FP32));
        Value labels = builder.input("labels", TensorType.of(INT32, net.batch));
        Value logits = net.forward();
        Value loss = builder.apply("crossEntropy", new Op.CrossEntropy(), logits, labels);
        if (net.auxLoss.isPresent()) {
            Value weighted = builder.apply(
                    "weightedAuxLoss", new Op.Scale(config.model().auxLossCoefficient()), net.auxLoss.get());
            loss = builder.apply("totalLoss", new Op.Add(), loss, net.cast("auxLossCast", weighted, dtype));
        }
        Value seed = net.cast("scaleCast", scale, dtype);
        List<Value> local = Gradient.append(builder, loss, seed, List.copyOf(net.weights.values()));
        List<Value> reduced = reduce(builder, local);
        Value found = builder.applyAll(List.of("nonFinite"), new Op.NonFinite(), reduced)
                .getFirst();
        Value overflow = config.parallel().world() == 1
                ? found
                : builder.apply("overflow", new Op.AllReduce(world, Op.Reduction.MAX), found);
        Value norms = builder.applyAll(List.of("norms"), new Op.Norm(), reduced).getFirst();
        builder.output(loss, overflow, norms);
        reduced.forEach(builder::output);
        return net.step(
                reduced.stream().map(Value::name).toList(), List.of(loss.name(), overflow.name(), norms.name()));
    }

    /// Appends the reduction of gradients as the wrapper orders it; a gate's gradient travels in the
    /// compute type.
    private List<Value> reduce(Program.Builder builder, List<Value> local) {
        Value[] reduced = new Value[local.size()];
        for (Parameter.Kind kind : Parameter.Kind.values()) {
            List<Integer> members = IntStream.range(0, local.size())
                    .filter(i -> parameters.get(i).kind() == kind)
                    .boxed()
                    .toList();
            if (members.isEmpty()) {
                continue;
            }
            ProcessGroup group = kind == Parameter.Kind.EXPERT ? expertData : world;
            boolean byWorld = kind != Parameter.Kind.EXPERT
                    || config.parallel().expertGradientScaling() == TrainingConfig.ExpertGradientScaling.FIXED;
            double factor = 1.0 / (byWorld ? world.size() : group.size());
            boolean before = config.optimizer().wrapper() == TrainingConfig.Wrapper.ZERO;
            List<Value> bucket = members.stream()
                    .map(i -> cast(builder, parameters.get(i).name() + "/sent", local.get(i), dtype))
                    .toList();
            bucket = before ? scaled(builder, bucket, factor) : bucket;
            if (group.size() > 1) {
                List<String> names = members.stream()
                        .map(i -> parameters.get(i).name() + "/reduced")
                        .toList();
                bucket = builder.applyAll(names, new Op.AllReduce(group, Op.Reduction.SUM), bucket);
            }
            bucket = before ? bucket : scaled(builder, bucket, factor);
            for (int i = 0; i < members.size(); i++) {
                Parameter parameter = parameters.get(members.get(i));
                reduced[members.get(i)] = cast(
                        builder,
                        parameter.name() + "/received",
                        bucket.get(i),
                        parameter.type().element());
            }
        }
        return List.of(reduced);
    }

    private static List<Value> scaled(Program.Builder builder, List<Value> values, double factor) {
        return factor == 1
                ? values
                : values.stream()
                        .map(value -> builder.apply(value.name() + "/scaled", new Op.Scale(factor), value))
                        .toList();
    }

    private static Value cast(Program.Builder builder, String name, Value value, ElementType to) {
        return value.element() == to ? value : builder.apply(name, new Op.Cast(to), value);
    }

    /// Writes the evaluation of a batch: inputs `images`, noise and parameters; output `predictions`.
    ///
    /// @param batch number of images
    /// @return the step
    public Step evaluation(int batch) {
        boolean training = config.evaluation().mode() == TrainingConfig.EvaluationMode.TRAIN;
        Net net = new Net("evaluation", batch, training);
        Value logits = net.forward();
        Value predictions = net.builder.apply("predictions", new Op.ArgMax(), logits);
        net.builder.output(predictions);
        return net.step(List.of(), List.of(predictions.name()));
    }

    /// Writes the optimizer step. For each parameter P it reads `P` states (`P/master`, `P/m`, `P/v` or
    /// `P/buffer`), its gradient `P/grad` and `control`, and writes the states (`…/new`) and `P/new`.
    ///
    /// @return the program
    public Program optimizerStep() {
        Program.Builder builder = new Program.Builder("optimizer-step");
        Op op = optimizer();
        Value control = builder.input("control", TensorType.of(FP32, controls()));
        for (Parameter parameter : parameters) {
            List<Value> arguments = new ArrayList<>();
            for (String state : states()) {
                arguments.add(builder.input(parameter.name() + "/" + state, parameter.master()));
            }
            arguments.add(builder.input(parameter.name() + "/grad", parameter.type()));
            arguments.add(control);
            List<String> names = states().stream()
                    .map(state -> parameter.name() + "/" + state + "/new")
                    .toList();
            List<Value> updated = builder.applyAll(names, op, arguments);
            updated.forEach(builder::output);
            builder.output(builder.apply(
                    parameter.name() + "/new", new Op.Cast(parameter.type().element()), updated.getFirst()));
        }
        return builder.build();
    }

    private Op optimizer() {
        TrainingConfig.Optimizer settings = config.optimizer();
        return switch (settings.type()) {
            case ADAMW -> new Op.AdamW(settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay());
            case SGD -> new Op.Sgd(settings.momentum());
        };
    }

    /// Returns the optimizer's state tensors of a parameter, the master copy first.
    ///
    /// @return names
    public List<String> states() {
        return switch (config.optimizer().type()) {
            case ADAMW -> List.of("master", "m", "v");
            case SGD -> List.of("master", "buffer");
        };
    }

    private int controls() {
        return switch (config.optimizer().type()) {
            case ADAMW -> 4;
            case SGD -> 2;
        };
    }

    /// Returns the optimizer's control vector.
    ///
    /// @param factor on the gradient
    /// @param rate learning rate
    /// @param applied steps applied before
    /// @return as [Op.AdamW] and [Op.Sgd] say
    public double[] control(double factor, double rate, long applied) {
        TrainingConfig.Optimizer settings = config.optimizer();
        return switch (settings.type()) {
            case ADAMW ->
                new double[] {
                    factor,
                    rate,
                    1 - StrictMath.pow(settings.beta1(), applied + 1.0),
                    Math.sqrt(1 - StrictMath.pow(settings.beta2(), applied + 1.0))
                };
            case SGD -> new double[] {factor, rate};
        };
    }

    /// Writes the program that gives every rank the values of rank 0 (experts: of their first holder).
    ///
    /// @return inputs are the masters, outputs `P/new`
    public Program broadcast() {
        Program.Builder builder = new Program.Builder("broadcast");
        for (Parameter parameter : parameters) {
            Value master = builder.input(parameter.name() + "/master", parameter.master());
            ProcessGroup group = parameter.kind() == Parameter.Kind.EXPERT ? expertData : world;
            builder.output(builder.apply(parameter.name() + "/new", new Op.Broadcast(group), master));
        }
        return builder.build();
    }

    /// Looks up what must be there.
    static <T> T known(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    /// Returns the number of slots an expert has.
    ///
    /// @param tokens S
    /// @param experts E
    /// @param training which capacity factor counts
    /// @return max(ceil(S/E · factor · k), minCapacity), or S when no token may be dropped
    int capacity(int tokens, int experts, boolean training) {
        TrainingConfig.Model model = config.model();
        if (!model.dropTokens()) {
            return tokens;
        }
        double factor = training ? model.capacityFactor() : model.evalCapacityFactor();
        int capacity = (int) Math.ceil((double) tokens / experts * factor * model.k());
        return Math.min(Math.max(capacity, Math.max(model.minCapacity(), 1)), tokens * model.k());
    }

    /// One program under construction.
    private final class Net {
        final Program.Builder builder;
        final int batch;
        final Map<String, Value> weights = new LinkedHashMap<>();
        private final boolean training;
        private final List<NoiseInput> noise = new ArrayList<>();
        private final List<List<String>> routing = new ArrayList<>();
        private final Value images;
        Optional<Value> auxLoss = Optional.empty();

        Net(String name, int batch, boolean training) {
            this.batch = batch;
            this.training = training;
            builder = new Program.Builder(name);
            images = builder.input("images", TensorType.of(dtype, batch, 3, 32, 32));
            for (Parameter parameter : parameters) {
                weights.put(parameter.name(), builder.input(parameter.name(), parameter.type()));
            }
        }

        Step step(List<String> gradients, List<String> results) {
            return new Step(builder.build(), noise, gradients, routing, results);
        }

        Value cast(String name, Value value, ElementType to) {
            return Model.cast(builder, name, value, to);
        }

        private Value weight(String name) {
            return known(weights, name);
        }

        Value forward() {
            Value x = convolution("conv1", images);
            x = convolution("conv2", x);
            x = builder.apply("flat", new Op.Reshape(Shape.of(batch, 400)), x);
            x = relu("relu3", linear("fc1", x));
            x = relu("relu4", linear("fc2", x));
            List<Integer> layers = config.model().experts();
            if (layers.isEmpty()) {
                return linear("fc3", x);
            }
            for (int layer = 0; layer < layers.size(); layer++) {
                x = moe(layer, layers.get(layer), x);
            }
            return linear("fc4", x);
        }

        private Value convolution(String layer, Value x) {
            Value y = builder.apply(layer, new Op.Conv2d(), x, weight(layer + ".weight"), weight(layer + ".bias"));
            return builder.apply(layer + "/pool", new Op.MaxPool2d(2), relu(layer + "/relu", y));
        }

        private Value relu(String name, Value x) {
            return builder.apply(name, new Op.Relu(), x);
        }

        private Value linear(String layer, Value x) {
            return builder.apply(
                    layer, new Op.MatMul(false, true), x, weight(layer + ".weight"), weight(layer + ".bias"));
        }

        private Value noise(String name, NoiseInput.Kind kind, int columns) {
            NoiseInput input = new NoiseInput(name, TensorType.of(FP32, batch, columns), kind);
            noise.add(input);
            return builder.input(name, input.type());
        }

        private Value moe(int layer, int experts, Value x) {
            String moe = "moe%d".formatted(layer);
            TrainingConfig.Model model = config.model();
            Value gateInput = cast(moe + "/gateInput", x, FP32);
            if (training && model.noise() == TrainingConfig.Noise.JITTER) {
                Value jitter = noise(moe + "/jitter", NoiseInput.Kind.JITTER, WIDTH);
                gateInput = builder.apply(moe + "/jittered", new Op.Multiply(), gateInput, jitter);
            }
            Value logits =
                    builder.apply(moe + "/logits", new Op.MatMul(false, true), gateInput, weight(moe + ".gate.weight"));
            Value gates = builder.apply(moe + "/gates", new Op.Softmax(), logits);
            // top-2 always perturbs the second choice (moe/sharded_moe.py, top2gating)
            boolean noisy = model.k() == 2 || (training && model.noise() == TrainingConfig.Noise.RSAMPLE);
            Value scores = noisy
                    ? builder.apply(
                            moe + "/scores",
                            new Op.Add(),
                            logits,
                            noise(moe + "/gumbel", NoiseInput.Kind.GUMBEL, experts))
                    : gates;
            NoiseInput.Kind selection =
                    model.randomTokenSelection() && model.dropTokens() ? NoiseInput.Kind.UNIFORM : NoiseInput.Kind.ZERO;
            Value priority = noise(moe + "/priority", selection, experts);
            int capacity = capacity(batch, experts, training);
            List<Value> routed = builder.applyAll(
                    List.of(moe + "/expert", moe + "/slot", moe + "/counts"),
                    new Op.TopKGate(model.k(), capacity),
                    List.of(gates, scores, priority));
            Value expert = routed.get(0);
            Value slot = routed.get(1);
            if (training) {
                auxLoss(gates, expert, moe);
            }
            builder.output(expert, slot, routed.get(2), scores);
            routing.add(List.of(expert.name(), slot.name(), routed.get(2).name(), scores.name()));
            Value weights = builder.apply(moe + "/weights", new Op.GateWeights(), gates, expert, slot);
            Value dispatched = builder.apply(moe + "/dispatched", new Op.Dispatch(experts, capacity), x, expert, slot);
            Value outputs = experts(moe, experts, capacity, dispatched);
            Value mixed = builder.apply(
                    moe + "/combined",
                    new Op.Combine(),
                    outputs,
                    cast(moe + "/combineWeights", weights, dtype),
                    expert,
                    slot);
            return model.mlpType() == TrainingConfig.MlpType.RESIDUAL ? residual(moe, x, mixed) : mixed;
        }

        private void auxLoss(Value gates, Value expert, String moe) {
            if (config.model().auxLossCoefficient() != 0) {
                Value loss = builder.apply(moe + "/auxLoss", new Op.LoadBalanceLoss(), gates, expert);
                auxLoss = Optional.of(
                        auxLoss.isEmpty() ? loss : builder.apply(moe + "/auxSum", new Op.Add(), auxLoss.get(), loss));
            }
        }

        /// [E,C,M] → all-to-all → [local, ranks·C, M] → experts → the same way back.
        private Value experts(String moe, int experts, int capacity, Value dispatched) {
            int ranks = expertParallel.size();
            int local = experts / ranks;
            Value weight = weight(moe + ".expert.weight");
            Value bias = weight(moe + ".expert.bias");
            if (ranks == 1) {
                return builder.apply(moe + "/experts", new Op.MatMul(false, true), dispatched, weight, bias);
            }
            Op exchange = new Op.AllToAll(expertParallel);
            Op swap = new Op.Transpose(List.of(1, 0, 2, 3));
            Value received = builder.apply(moe + "/received", exchange, dispatched);
            Value bySender = reshape(moe + "/bySender", received, ranks, local, capacity, WIDTH);
            Value byExpert = builder.apply(moe + "/byExpert", swap, bySender);
            Value tokens = reshape(moe + "/tokens", byExpert, local, ranks * capacity, WIDTH);
            Value done = builder.apply(moe + "/experts", new Op.MatMul(false, true), tokens, weight, bias);
            Value doneByExpert = reshape(moe + "/doneByExpert", done, local, ranks, capacity, WIDTH);
            Value doneBySender = builder.apply(moe + "/doneBySender", swap, doneByExpert);
            Value toReturn = reshape(moe + "/toReturn", doneBySender, experts, capacity, WIDTH);
            return builder.apply(moe + "/returned", exchange, toReturn);
        }

        private Value reshape(String name, Value value, int... extents) {
            return builder.apply(name, new Op.Reshape(Shape.of(extents)), value);
        }

        /// PR-MoE: out = moe(x)·c0 + mlp(x)·c1 with (c0, c1) = softmax of a linear layer.
        private Value residual(String moe, Value x, Value mixed) {
            Value mlp = linear("fc3", x);
            Value coefficients =
                    builder.apply(moe + "/coefficients", new Op.Softmax(), linear(moe + ".coefficient", x));
            Value ofExperts = builder.apply(moe + "/expertPart", new Op.ScaleRows(0), mixed, coefficients);
            Value ofMlp = builder.apply(moe + "/mlpPart", new Op.ScaleRows(1), mlp, coefficients);
            return builder.apply(moe + "/residual", new Op.Add(), ofExperts, ofMlp);
        }
    }
}
