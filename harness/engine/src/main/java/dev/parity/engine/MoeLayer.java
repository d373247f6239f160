package dev.parity.engine;

import static dev.parity.spi.ElementType.FP32;

import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Value;
import java.util.List;

/// One MoE layer (DeepSpeed 0.12, moe/sharded_moe.py): gate, dispatch, experts on their ranks, combine; in
/// PR-MoE a tied dense layer beside them.
final class MoeLayer {
    private final NetBuilder net;
    private final TrainingConfig.Model settings;
    private final ProcessGroup expertParallel;
    private final String name;
    private final int experts;
    private final int capacity;

    /// Prepares a layer.
    ///
    /// @param net the program that it is appended to
    /// @param settings of the net
    /// @param expertParallel ranks that share out the experts
    /// @param layer from 0
    MoeLayer(NetBuilder net, TrainingConfig.Model settings, ProcessGroup expertParallel, int layer) {
        this.net = net;
        this.settings = settings;
        this.expertParallel = expertParallel;
        name = name(layer);
        experts = settings.experts().get(layer);
        capacity = capacity(settings, net.batch, experts, net.training);
    }

    /// Returns a layer's name, with which those of its parameters and values begin.
    static String name(int layer) {
        return "moe%d".formatted(layer);
    }

    /// Returns the number of slots an expert has.
    ///
    /// @param settings of the net
    /// @param tokens S
    /// @param experts E
    /// @param training which capacity factor counts
    /// @return max(ceil(S/E · factor · k), minCapacity), or S when no token may be dropped
    static int capacity(TrainingConfig.Model settings, int tokens, int experts, boolean training) {
        if (!settings.dropTokens()) {
            return tokens;
        }
        double factor = training ? settings.capacityFactor() : settings.evalCapacityFactor();
        int capacity = (int) Math.ceil((double) tokens / experts * factor * settings.k());
        return Math.min(Math.max(capacity, Math.max(settings.minCapacity(), 1)), tokens * settings.k());
    }

    /// Appends the layer.
    ///
    /// @param x [S,M], in the compute type
    /// @return the same
    Value append(Value x) {
        Value logits = logits(x);
        Value gates = net.apply(name + "/gates", new Op.Softmax(), logits);
        Model.Routing routing = route(logits, gates);
        if (net.training && settings.auxLossCoefficient() != 0) {
            Value loss = net.apply(name + "/auxLoss", new Op.LoadBalanceLoss(), gates, routing.expert());
            net.addAuxLoss(name, loss);
        }
        net.output(routing);
        Value expert = routing.expert();
        Value slot = routing.slot();
        Value weights = net.apply(name + "/weights", new Op.GateWeights(), gates, expert, slot);
        Value dispatched = net.apply(name + "/dispatched", new Op.Dispatch(experts, capacity), x, expert, slot);
        Value outputs = experts(dispatched);
        Value combineWeights = net.cast(name + "/combineWeights", weights, net.dtype);
        Value mixed = net.apply(name + "/combined", new Op.Combine(), outputs, combineWeights, expert, slot);
        return settings.mlpType() == TrainingConfig.MlpType.RESIDUAL ? residual(x, mixed) : mixed;
    }

    /// The gate computes in FP32 always.
    private Value logits(Value x) {
        Value input = net.cast(name + "/gateInput", x, FP32);
        if (net.training && settings.noise() == TrainingConfig.Noise.JITTER) {
            Value jitter = net.noise(name + "/jitter", Model.NoiseInput.Kind.JITTER, Model.WIDTH);
            input = net.apply(name + "/jittered", new Op.Multiply(), input, jitter);
        }
        return net.apply(name + "/logits", new Op.MatMul(false, true), input, net.weight(name + ".gate.weight"));
    }

    private Model.Routing route(Value logits, Value gates) {
        // top-2 always perturbs the second choice (top2gating)
        boolean noisy = settings.k() == 2 || (net.training && settings.noise() == TrainingConfig.Noise.RSAMPLE);
        Value scores = noisy
                ? net.apply(
                        name + "/scores",
                        new Op.Add(),
                        logits,
                        net.noise(name + "/gumbel", Model.NoiseInput.Kind.GUMBEL, experts))
                : gates;
        Model.NoiseInput.Kind selection = settings.randomTokenSelection() && settings.dropTokens()
                ? Model.NoiseInput.Kind.UNIFORM
                : Model.NoiseInput.Kind.ZERO;
        Value priority = net.noise(name + "/priority", selection, experts);
        List<Value> routed = net.program.applyAll(
                List.of(name + "/expert", name + "/slot", name + "/counts"),
                new Op.TopKGate(settings.k(), capacity),
                List.of(gates, scores, priority));
        return new Model.Routing(routed.get(0), routed.get(1), routed.get(2), scores);
    }

    /// [E,C,M] → all-to-all → [local, ranks·C, M] → experts → the same way back.
    private Value experts(Value dispatched) {
        int ranks = expertParallel.size();
        int local = experts / ranks;
        Value weight = net.weight(name + ".expert.weight");
        Value bias = net.weight(name + ".expert.bias");
        if (ranks == 1) {
            return net.apply(name + "/experts", new Op.MatMul(false, true), dispatched, weight, bias);
        }
        Op exchange = new Op.AllToAll(expertParallel);
        Op swap = new Op.Transpose(List.of(1, 0, 2, 3));
        Value received = net.apply(name + "/received", exchange, dispatched);
        Value bySender = net.reshape(name + "/bySender", received, ranks, local, capacity, Model.WIDTH);
        Value byExpert = net.apply(name + "/byExpert", swap, bySender);
        Value tokens = net.reshape(name + "/tokens", byExpert, local, ranks * capacity, Model.WIDTH);
        Value done = net.apply(name + "/experts", new Op.MatMul(false, true), tokens, weight, bias);
        Value doneByExpert = net.reshape(name + "/doneByExpert", done, local, ranks, capacity, Model.WIDTH);
        Value doneBySender = net.apply(name + "/doneBySender", swap, doneByExpert);
        Value toReturn = net.reshape(name + "/toReturn", doneBySender, experts, capacity, Model.WIDTH);
        return net.apply(name + "/returned", exchange, toReturn);
    }

    /// PR-MoE: out = moe(x)·c0 + mlp(x)·c1 with (c0, c1) = softmax of a linear layer.
    private Value residual(Value x, Value mixed) {
        Value mlp = net.linear("fc3", x);
        Value coefficients = net.apply(name + "/coefficients", new Op.Softmax(), net.linear(name + ".coefficient", x));
        Value ofExperts = net.apply(name + "/expertPart", new Op.ScaleRows(0), mixed, coefficients);
        Value ofMlp = net.apply(name + "/mlpPart", new Op.ScaleRows(1), mlp, coefficients);
        return net.apply(name + "/residual", new Op.Add(), ofExperts, ofMlp);
    }
}
