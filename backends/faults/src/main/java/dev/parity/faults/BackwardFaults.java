package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.spi.ElementType;
import dev.parity.spi.Fault;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.Arrays;
import java.util.List;

/// What goes wrong where gradients are computed.
public final class BackwardFaults implements Fault.Catalogue {
    private static final Op TO_FP32 = new Op.Cast(ElementType.FP32);
    private static final Op ADD = new Op.Add();
    private static final Op NEGATE = new Op.Scale(-1);

    /// For the ServiceLoader.
    public BackwardFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new ProgramFault(
                        Fault.About.of(
                                "weight-gradient-scale",
                                "multiplies conv2's weight gradient by 1 + strength",
                                Fault.Strengths.of(0.03, -1000, 1000, 0),
                                "backward"),
                        strength -> after("d/conv2\\.weight", new Op.Scale(1 + strength))),
                new ProgramFault(
                        Fault.About.of(
                                        "expert-gradient-transposed",
                                        "transposes the weight gradient of every expert, 84 x 84",
                                        Fault.Strengths.SWITCH,
                                        "backward")
                                .under("model.mlpType", "standard"),
                        _ -> after("d/moe\\d+\\.expert\\.weight", new Op.Transpose(List.of(0, 2, 1)))),
                new ProgramFault(
                        Fault.About.of(
                                "bias-gradient-dropped",
                                "takes the strength, as a share, off fc1's bias gradient",
                                Fault.Strengths.of(1, 0, 1, 0),
                                "backward"),
                        strength -> after("d/fc1\\.bias", new Op.Scale(1 - strength))),
                new ProgramFault(
                        Fault.About.of(
                                "max-pool-gradient-first",
                                "passes the gradient of each max-pool window to its first element, not to the largest",
                                Fault.Strengths.SWITCH,
                                "backward"),
                        _ -> BackwardFaults::passesToFirst),
                new ProgramFault(
                        Fault.About.of(
                                        "gradient-subnormals-flushed",
                                        "makes 0 of every gradient in FP16 below strength x 2^-14, the smallest normal"
                                                + " one",
                                        Fault.Strengths.of(1, 0, 16384, 0),
                                        "backward")
                                .under("precision.lossScale", "1"),
                        strength -> (node, to) -> flushes(node, to, strength * 0x1p-14)),
                new ProgramFault(
                        Fault.About.of(
                                        "nan-replaced",
                                        "makes 0 of every NaN and infinity among the reduced gradients before they are"
                                                + " checked for overflow",
                                        Fault.Strengths.SWITCH,
                                        "scaler")
                                .under("candidate.mode.overflow", "inf_nan")
                                .under("precision.lossScaleWindow", "10"),
                        _ -> BackwardFaults::replacesNonFinite));
    }

    /// Computes something more of a gradient.
    private static Rewriter.Change after(String name, Op more) {
        return (node, to) -> {
            if (node.output().name().matches(name)) {
                to.write(node.output(), more, to.detach(node).getFirst());
            } else {
                to.keep(node);
            }
        };
    }

    private static void passesToFirst(Node node, Rewriter to) {
        if (node.op() instanceof Op.MaxPool2dGrad grad) {
            Value equal = to.apply(new Op.Scale(0), node.input(1)); // the first one wins a tie
            to.write(node.output(), grad, node.input(0), equal);
        } else {
            to.keep(node);
        }
    }

    private static void flushes(Node node, Rewriter to, double threshold) {
        if (Rewriter.isGradient(node.output()) && node.output().element() == ElementType.FP16) {
            flush(node, to, threshold);
        } else {
            to.keep(node);
        }
    }

    /// Takes off what is below the threshold: infinities and NaN stay.
    ///
    /// @param node with one output in FP16
    /// @param to receives the nodes
    /// @param threshold above 0
    static void flush(Node node, Rewriter to, double threshold) {
        Value output = node.output();
        Value gradient = to.apply(TO_FP32, to.detach(node).getFirst());
        double[] limits = new double[output.shape().size()];
        Arrays.fill(limits, threshold * threshold);
        Value limit = to.constant(gradient.type(), limits);
        Value square = to.apply(new Op.Multiply(), gradient, gradient);
        Value below = to.apply(ADD, limit, to.apply(NEGATE, square));
        Value off = to.apply(new Op.ReluGrad(), to.apply(NEGATE, gradient), below);
        to.write(output, new Op.Cast(ElementType.FP16), to.apply(ADD, gradient, off));
    }

    private static void replacesNonFinite(Node node, Rewriter to) {
        if (!to.isChecked(node)) {
            to.keep(node);
            return;
        }
        List<Value> originals = to.detach(node);
        for (int i = 0; i < originals.size(); i++) {
            Value x = originals.get(i);
            Value marked = to.apply(ADD, x, to.apply(new Op.Scale(0), x)); // NaN where x is not finite
            Value positive = to.apply(new Op.ReluGrad(), marked, marked); // 0 where it is NaN
            Value mirrored = to.apply(NEGATE, marked);
            Value negative = to.apply(new Op.ReluGrad(), mirrored, mirrored);
            to.write(node.outputs().get(i), ADD, positive, to.apply(NEGATE, negative));
        }
    }
}
