package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.faults.internal.Rounding;
import dev.parity.spi.Fault;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.List;

/// What goes wrong where tokens choose experts.
public final class GatingFaults implements Fault.Catalogue {
    private static final String WEIGHTED = "weightedAuxLoss";

    /// For the ServiceLoader.
    public GatingFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new ProgramFault(
                        Fault.About.of(
                                "capacity-off",
                                "fills strength slots of each expert fewer than there are, but always one",
                                Fault.Strengths.whole(1, 1, 4096, 0),
                                "gating"),
                        strength -> (node, to) -> fillsFewer(node, to, (int) strength)),
                new ProgramFault(
                        Fault.About.of(
                                "token-selection-ignored",
                                "keeps the first tokens of an expert that has too many, not random ones",
                                Fault.Strengths.SWITCH,
                                "gating"),
                        _ -> GatingFaults::keepsFirst),
                new ProgramFault(
                        Fault.About.of(
                                "gate-rounded",
                                "rounds the gate's logits to strength bits after the leading one; 10 are those of fp16",
                                Fault.Strengths.whole(10, 1, 22, 23),
                                "gating",
                                "forward"),
                        strength -> (node, to) -> roundsLogits(node, to, (int) strength)),
                new ProgramFault(
                        Fault.About.of(
                                        "aux-loss-dropped",
                                        "takes the strength, as a share, off the auxiliary loss and its gradient",
                                        Fault.Strengths.of(1, 0, 1, 0),
                                        "gating")
                                .under("model.auxLossCoefficient", "0.01"),
                        strength -> (node, to) -> dropsAuxLoss(node, to, 1 - strength)));
    }

    private static void fillsFewer(Node node, Rewriter to, int fewer) {
        if (node.op() instanceof Op.TopKGate(int k, int capacity)) {
            Op gate = new Op.TopKGate(k, Math.max(1, capacity - fewer));
            to.keep(new Node(gate, node.inputs(), node.outputs()));
        } else {
            to.keep(node);
        }
    }

    private static void keepsFirst(Node node, Rewriter to) {
        if (node.op() instanceof Op.TopKGate gate) {
            Value equal = to.apply(new Op.Scale(0), node.input(2));
            to.keep(new Node(gate, List.of(node.input(0), node.input(1), equal), node.outputs()));
        } else {
            to.keep(node);
        }
    }

    private static void roundsLogits(Node node, Rewriter to, int bits) {
        if (node.output().name().matches("moe\\d+/logits")) {
            Value rounded = Rounding.apply(to, to.detach(node).getFirst(), bits);
            to.write(node.output(), new Op.Reshape(rounded.shape()), rounded);
        } else {
            to.keep(node);
        }
    }

    /// The Scale by the coefficient stands in the forward pass and, as its own gradient, in the backward pass.
    private static void dropsAuxLoss(Node node, Rewriter to, double share) {
        boolean forward = node.output().name().equals(WEIGHTED);
        if (node.op() instanceof Op.Scale(double coefficient) && (forward || isGradientOfAuxLoss(node))) {
            to.write(node.output(), new Op.Scale(coefficient * share), node.input(0));
        } else {
            to.keep(node);
        }
    }

    /// Of one layer's loss, or of the sum of several.
    private static boolean isGradientOfAuxLoss(Node node) {
        return node.output().name().matches("d/moe\\d+/aux(Loss|Sum)");
    }
}
