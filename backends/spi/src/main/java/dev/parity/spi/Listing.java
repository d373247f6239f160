package dev.parity.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A program as text to be read and hashed, a line for each input, node and output. The words stand here,
/// not in the names of Java's types.
final class Listing {
    private Listing() {}

    static String of(Program program) {
        List<String> lines = new ArrayList<>();
        lines.add("program " + program.name());
        program.inputs().forEach(value -> lines.add("in " + defined(value)));
        program.nodes().forEach(node -> lines.add(line(node)));
        program.outputs().forEach(value -> lines.add("out %" + value.id()));
        return String.join("\n", lines) + "\n";
    }

    private static String defined(Value value) {
        return "%%%d %s:%s%s"
                .formatted(
                        value.id(),
                        value.name(),
                        Canonical.name(value.element()),
                        Canonical.list(value.shape().extents()));
    }

    private static String line(Node node) {
        return "%s = %s(%s)"
                .formatted(
                        node.outputs().stream().map(Listing::defined).collect(Collectors.joining(", ")),
                        words(node.op()),
                        node.inputs().stream().map(value -> "%" + value.id()).collect(Collectors.joining(", ")));
    }

    /// An Op's word and its attributes, sorted by key.
    private static String words(Op op) {
        return switch (op) {
            case Op.Add _ -> "add";
            case Op.Multiply _ -> "multiply";
            case Op.Scale(double factor) -> "scale factor=" + Canonical.number(factor);
            case Op.Relu _ -> "relu";
            case Op.ReluGrad _ -> "relu-grad";
            case Op.Cast(ElementType to) -> "cast to=" + Canonical.name(to);
            case Op.Reshape(Shape to) -> "reshape to=" + Canonical.list(to.extents());
            case Op.Transpose(List<Integer> axes) -> "transpose axes=" + Canonical.list(axes);
            case Op.MatMul(boolean a, boolean b) -> "mat-mul transposeA=%s transposeB=%s".formatted(a, b);
            case Op.ReduceSum(List<Integer> axes) -> "reduce-sum axes=" + Canonical.list(axes);
            case Op.Conv2d _ -> "conv2d";
            case Op.Conv2dInputGrad _ -> "conv2d-input-grad";
            case Op.Conv2dWeightGrad _ -> "conv2d-weight-grad";
            case Op.MaxPool2d(int window) -> "max-pool2d window=" + window;
            case Op.MaxPool2dGrad(int window) -> "max-pool2d-grad window=" + window;
            case Op.Softmax _ -> "softmax";
            case Op.SoftmaxGrad _ -> "softmax-grad";
            case Op.CrossEntropy _ -> "cross-entropy";
            case Op.CrossEntropyGrad _ -> "cross-entropy-grad";
            case Op.ArgMax _ -> "arg-max";
            case Op.TopKGate(int k, int capacity) -> "top-k-gate capacity=%d k=%d".formatted(capacity, k);
            case Op.GateWeights _ -> "gate-weights";
            case Op.GateWeightsGrad _ -> "gate-weights-grad";
            case Op.Dispatch(int experts, int capacity) -> slots("dispatch", experts, capacity);
            case Op.DispatchGrad _ -> "dispatch-grad";
            case Op.Combine _ -> "combine";
            case Op.CombineInputGrad(int experts, int capacity) -> slots("combine-input-grad", experts, capacity);
            case Op.CombineWeightGrad _ -> "combine-weight-grad";
            case Op.LoadBalanceLoss _ -> "load-balance-loss";
            case Op.LoadBalanceLossGrad _ -> "load-balance-loss-grad";
            case Op.ScaleRows(int column) -> "scale-rows column=" + column;
            case Op.ScaleRowsCoefficientGrad(int column, int columns) ->
                "scale-rows-coefficient-grad column=%d columns=%d".formatted(column, columns);
            case Op.AllReduce(ProcessGroup group, Op.Reduction reduction) ->
                "all-reduce %s reduction=%s".formatted(words(group), Canonical.name(reduction));
            case Op.AllToAll(ProcessGroup group) -> "all-to-all " + words(group);
            case Op.Broadcast(ProcessGroup group) -> "broadcast " + words(group);
            case Op.NonFinite _ -> "non-finite";
            case Op.Norm _ -> "norm";
            case Op.AdamW(double beta1, double beta2, double epsilon, double weightDecay) ->
                "adamw beta1=%s beta2=%s epsilon=%s weightDecay=%s"
                        .formatted(
                                Canonical.number(beta1),
                                Canonical.number(beta2),
                                Canonical.number(epsilon),
                                Canonical.number(weightDecay));
            case Op.Sgd(double momentum) -> "sgd momentum=" + Canonical.number(momentum);
        };
    }

    private static String slots(String word, int experts, int capacity) {
        return "%s capacity=%d experts=%d".formatted(word, capacity, experts);
    }

    private static String words(ProcessGroup group) {
        return "group=%s partition=%s"
                .formatted(
                        group.name(),
                        group.partition().stream().map(Canonical::list).collect(Collectors.joining(",", "[", "]")));
    }
}
