package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.spi.Fault;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Value;
import java.util.List;
import java.util.Optional;

/// What goes wrong where ranks meet.
public final class CollectiveFaults implements Fault.Catalogue {
    private static final String TRAINING = "training-step";

    /// For the ServiceLoader.
    public CollectiveFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new ProgramFault(
                        Fault.About.of(
                                        "overflow-flag-lost",
                                        "checks each rank's own gradients for overflow, before they are reduced, and"
                                                + " leaves out the all-reduce of the flag; rank 0's decides",
                                        Fault.Strengths.SWITCH,
                                        "collective",
                                        "scaler")
                                .under("train.microBatch", "1")
                                .under("optimizer.wrapper", "unfused")
                                .under("candidate.mode.overflow", "inf_nan")
                                .under("precision.lossScaleWindow", "10"),
                        _ -> CollectiveFaults::losesFlag),
                new ProgramFault(
                        Fault.About.of(
                                "gradients-summed",
                                "sums gradients where they are to be averaged over n ranks: they are n^strength times"
                                        + " as large",
                                Fault.Strengths.of(1, -4, 4, 0),
                                "collective"),
                        strength -> (node, to) -> sums(node, to, strength)),
                new ProgramFault(
                        Fault.About.of(
                                "gradients-not-reduced",
                                "leaves out the all-reduce of the gradients, but not the division",
                                Fault.Strengths.SWITCH,
                                "collective"),
                        _ -> CollectiveFaults::reducesAlone),
                new ProgramFault(
                        Fault.About.of(
                                "expert-gradients-scaled",
                                "multiplies the experts' gradients by the strength, as a divisor of another group does",
                                Fault.Strengths.of(2, 0, 64, 1),
                                "collective",
                                "backward"),
                        strength -> (node, to) -> scalesExperts(node, to, strength)),
                new ProgramFault(
                        Fault.About.of(
                                "all-to-all-stale",
                                "lets each all-to-all of training deliver what it received in the step before",
                                Fault.Strengths.SWITCH,
                                "collective"),
                        _ -> CollectiveFaults::deliversLate));
    }

    private static void losesFlag(Node node, Rewriter to) {
        if (node.op() instanceof Op.NonFinite check) {
            Value[] own = node.inputs().stream()
                    .map(value -> sent(value, to).orElse(value))
                    .toArray(Value[]::new);
            to.write(node.output(), check, own);
        } else if (node.op() instanceof Op.AllReduce(ProcessGroup group, Op.Reduction reduction)
                && reduction == Op.Reduction.MAX) {
            to.write(node.output(), new Op.AllReduce(alone(group), reduction), node.input(0));
        } else {
            to.keep(node);
        }
    }

    /// Follows a reduced gradient back to what this rank has sent; absent if nothing was.
    private static Optional<Value> sent(Value gradient, Rewriter to) {
        Optional<Node> writer = to.writer(gradient);
        Optional<Value> message = writer.filter(node -> node.op() instanceof Op.AllReduce)
                .map(node -> node.input(node.outputs().indexOf(gradient)));
        return message.or(() -> writer.filter(node -> node.op() instanceof Op.Cast || node.op() instanceof Op.Scale)
                .flatMap(node -> sent(node.input(0), to)));
    }

    /// Every rank by itself.
    private static ProcessGroup alone(ProcessGroup group) {
        return new ProcessGroup(
                "alone",
                group.partition().stream().flatMap(List::stream).map(List::of).toList());
    }

    private static void sums(Node node, Rewriter to, double strength) {
        if (to.isIn(TRAINING)
                && node.op() instanceof Op.Scale(double factor)
                && node.output().name().endsWith("/scaled")) {
            to.write(node.output(), new Op.Scale(Math.pow(factor, 1 - strength)), node.input(0));
        } else {
            to.keep(node);
        }
    }

    private static void reducesAlone(Node node, Rewriter to) {
        if (node.op() instanceof Op.AllReduce(ProcessGroup group, Op.Reduction reduction)
                && reduction == Op.Reduction.SUM) {
            to.keep(new Node(new Op.AllReduce(alone(group), reduction), node.inputs(), node.outputs()));
        } else {
            to.keep(node);
        }
    }

    private static void scalesExperts(Node node, Rewriter to, double factor) {
        if (node.output().name().matches("d/moe\\d+\\.expert\\.(weight|bias)")) {
            to.write(node.output(), new Op.Scale(factor), to.detach(node).getFirst());
        } else {
            to.keep(node);
        }
    }

    private static void deliversLate(Node node, Rewriter to) {
        if (to.isIn(TRAINING) && node.op() instanceof Op.AllToAll) {
            Value fresh = to.detach(node).getFirst();
            to.write(node.output(), new Op.Reshape(fresh.shape()), to.lastRunsValue(fresh));
        } else {
            to.keep(node);
        }
    }
}
