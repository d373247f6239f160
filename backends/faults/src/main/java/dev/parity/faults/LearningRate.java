package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.faults.internal.RewritingBackend;
import dev.parity.spi.Backend;
import dev.parity.spi.Fault;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.List;

/// Every update is as large as with another learning rate, though the schedule says otherwise: both
/// optimizers' updates are proportional to the rate, so new = old + strength·(new - old).
public final class LearningRate implements Fault {
    /// For the ServiceLoader.
    public LearningRate() {}

    @Override
    public String id() {
        return "learning-rate";
    }

    @Override
    public String description() {
        return "multiplies the learning rate of every update by the strength, unrecorded";
    }

    @Override
    public Strengths strengths() {
        return new Strengths(2, 0, 1000, 1);
    }

    @Override
    public Backend plant(Backend backend, double strength) {
        return new RewritingBackend(
                backend,
                program -> Rewriter.after(
                        program,
                        node -> node.op() instanceof Op.Optimizer,
                        (node, original, value, rewriter) -> stretch(node, original, value, rewriter, strength)));
    }

    private static List<Node> stretch(Node node, Value original, Value value, Rewriter rewriter, double strength) {
        Value far = rewriter.like(value, "far");
        Value near = rewriter.like(value, "near");
        return List.of(
                Rewriter.node(new Op.Scale(strength), far, original),
                Rewriter.node(new Op.Scale(1 - strength), near, node.input(0)),
                Rewriter.node(new Op.Add(), value, far, near));
    }
}
