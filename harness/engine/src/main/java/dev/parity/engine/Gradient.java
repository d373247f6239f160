package dev.parity.engine;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reverse-mode differentiation as a transformation of a program: appends to a builder the nodes that
/// compute gradients.
public final class Gradient {
    private final Program.Builder builder;
    private final Set<Value> needed = new HashSet<>();
    private final Map<Value, Value> gradients = new HashMap<>();

    private Gradient(Program.Builder builder) {
        this.builder = builder;
    }

    /// Appends the gradient of a scalar.
    ///
    /// @param builder holds the forward nodes
    /// @param loss the scalar to differentiate
    /// @param seed the gradient that enters at `loss`, of its type (the loss scale, or 1)
    /// @param parameters with respect to what
    /// @return the gradient of each parameter, in order
    /// @throws IllegalArgumentException if the loss does not depend on a parameter, or an Op on the way
    ///     has no gradient
    public static List<Value> append(Program.Builder builder, Value loss, Value seed, List<Value> parameters) {
        return new Gradient(builder).run(loss, seed, parameters);
    }

    private List<Value> run(Value loss, Value seed, List<Value> parameters) {
        List<Node> forward = builder.nodes();
        needed.addAll(parameters);
        for (Node node : forward) {
            if (node.inputs().stream().anyMatch(needed::contains)) {
                needed.addAll(node.outputs());
            }
        }
        gradients.put(loss, seed);
        for (Node node : forward.reversed()) {
            Value gradient = gradients.get(node.output());
            boolean single = node.outputs().size() == 1;
            if (gradient != null && single && node.inputs().stream().anyMatch(needed::contains)) {
                backward(node, gradient);
            }
        }
        List<Value> results = new ArrayList<>();
        for (Value parameter : parameters) {
            Value gradient = gradients.get(parameter);
            if (gradient == null) {
                throw new IllegalArgumentException("%s does not depend on %s".formatted(loss, parameter));
            }
            results.add(gradient);
        }
        return results;
    }

    private void backward(Node node, Value dy) {
        Value a = node.input(0);
        Value y = node.output();
        switch (node.op()) {
            case Op.Add _ -> {
                accumulate(a, dy);
                accumulate(node.input(1), dy);
            }
            case Op.Multiply multiply -> {
                add(a, multiply, dy, node.input(1));
                add(node.input(1), multiply, dy, a);
            }
            case Op.Scale scale -> add(a, scale, dy);
            case Op.Relu _ -> add(a, new Op.ReluGrad(), dy, y);
            case Op.Cast _ -> add(a, new Op.Cast(a.element()), dy);
            case Op.Reshape _ -> add(a, new Op.Reshape(a.shape()), dy);
            case Op.Transpose(List<Integer> axes) ->
                add(
                        a,
                        new Op.Transpose(IntStream.range(0, axes.size())
                                .mapToObj(axes::indexOf)
                                .toList()),
                        dy);
            case Op.MatMul matMul -> matMul(node, matMul, dy);
            case Op.Conv2d _ -> {
                add(a, new Op.Conv2dInputGrad(), dy, node.input(1));
                add(node.input(1), new Op.Conv2dWeightGrad(), a, dy);
                add(node.input(2), new Op.ReduceSum(List.of(0, 2, 3)), dy);
            }
            case Op.MaxPool2d(int window) -> add(a, new Op.MaxPool2dGrad(window), dy, a);
            case Op.Softmax _ -> add(a, new Op.SoftmaxGrad(), dy, y);
            case Op.CrossEntropy _ -> add(a, new Op.CrossEntropyGrad(), dy, a, node.input(1));
            case Op.GateWeights _ -> add(a, new Op.GateWeightsGrad(), dy, a, node.input(1), node.input(2));
            case Op.Dispatch _ -> add(a, new Op.DispatchGrad(), dy, node.input(1), node.input(2));
            case Op.Combine _ -> combine(node, dy);
            case Op.LoadBalanceLoss _ -> add(a, new Op.LoadBalanceLossGrad(), dy, a, node.input(1));
            case Op.ScaleRows(int column) -> {
                Value c = node.input(1);
                add(a, node.op(), dy, c);
                add(c, new Op.ScaleRowsCoefficientGrad(column, c.shape().extent(1)), dy, a);
            }
            case Op.AllToAll exchange -> add(a, exchange, dy);
            case Op.ReluGrad _,
                    Op.ReduceSum _,
                    Op.Conv2dInputGrad _,
                    Op.Conv2dWeightGrad _,
                    Op.MaxPool2dGrad _,
                    Op.SoftmaxGrad _,
                    Op.CrossEntropyGrad _,
                    Op.ArgMax _,
                    Op.TopKGate _,
                    Op.GateWeightsGrad _,
                    Op.DispatchGrad _,
                    Op.CombineInputGrad _,
                    Op.CombineWeightGrad _,
                    Op.LoadBalanceLossGrad _,
                    Op.ScaleRowsCoefficientGrad _,
                    Op.AllReduce _,
                    Op.Broadcast _,
                    Op.NonFinite _,
                    Op.Norm _,
                    Op.AdamW _,
                    Op.Sgd _ -> throw new IllegalArgumentException("no gradient is defined for " + node);
        }
    }

    /// For C = op(A)·op(B): dA and dB are products of dC with the other operand, transposed where that one
    /// was not.
    private void matMul(Node node, Op.MatMul op, Value dy) {
        Value a = node.input(0);
        Value b = node.input(1);
        if (op.transposeA()) {
            add(a, new Op.MatMul(op.transposeB(), true), b, dy);
        } else {
            add(a, new Op.MatMul(false, !op.transposeB()), dy, b);
        }
        if (op.transposeB()) {
            add(b, new Op.MatMul(true, op.transposeA()), dy, a);
        } else {
            add(b, new Op.MatMul(!op.transposeA(), false), a, dy);
        }
        if (node.inputs().size() == 3) {
            add(node.input(2), new Op.ReduceSum(List.of(dy.shape().rank() - 2)), dy);
        }
    }

    private void combine(Node node, Value dy) {
        Value experts = node.input(0);
        Value weights = node.input(1);
        Value expert = node.input(2);
        Value slot = node.input(3);
        Shape shape = experts.shape();
        add(experts, new Op.CombineInputGrad(shape.extent(0), shape.extent(1)), dy, weights, expert, slot);
        add(weights, new Op.CombineWeightGrad(), dy, experts, expert, slot);
    }

    private void add(Value target, Op op, Value... arguments) {
        if (needed.contains(target)) {
            accumulate(target, builder.apply("d/" + target.name(), op, arguments));
        }
    }

    private void accumulate(Value target, Value gradient) {
        if (needed.contains(target)) {
            @Nullable Value earlier = gradients.get(target);
            gradients.put(
                    target,
                    earlier == null ? gradient : builder.apply("d/" + target.name(), new Op.Add(), earlier, gradient));
        }
    }
}
