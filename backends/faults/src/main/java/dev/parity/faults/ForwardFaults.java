package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.faults.internal.Rounding;
import dev.parity.spi.ElementType;
import dev.parity.spi.Fault;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Shape;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;

/// What goes wrong where activations are computed.
public final class ForwardFaults implements Fault.Catalogue {
    private static final Op TO_FP16 = new Op.Cast(ElementType.FP16);
    private static final Op TO_FP32 = new Op.Cast(ElementType.FP32);
    private static final Op ADD = new Op.Add();
    private static final Op NEGATE = new Op.Scale(-1);

    /// For the ServiceLoader.
    public ForwardFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new ProgramFault(
                        Fault.About.of(
                                "fp16-accumulation",
                                "adds up conv2 in strength blocks of its 150 products, with every sum rounded to the"
                                        + " type of the net",
                                Fault.Strengths.whole(6, 2, 150, 1),
                                "forward"),
                        strength -> (node, to) -> accumulates(node, to, (int) strength)),
                new ProgramFault(
                        Fault.About.of(
                                        "tf32-left-on",
                                        "rounds the FP32 operands of all matrix products and convolutions to strength"
                                                + " bits after the leading one; 10 are those of TF32",
                                        Fault.Strengths.whole(10, 1, 22, 23),
                                        "forward")
                                .under("precision.dtype", "fp32"),
                        strength -> (node, to) -> roundsOperands(node, to, (int) strength)),
                new ProgramFault(
                        Fault.About.of(
                                "truncating-cast",
                                "cuts the bits off activations that do not fit into FP16, where they are to be rounded"
                                        + " to nearest; not below 2^-14, and what is too large stays infinite",
                                Fault.Strengths.SWITCH,
                                "forward"),
                        _ -> ForwardFaults::truncates),
                new SaturatingFault());
    }

    private static void accumulates(Node node, Rewriter to, int blocks) {
        if (!(node.op() instanceof Op.Conv2d conv && node.output().name().equals("conv2"))) {
            to.keep(node);
            return;
        }
        Value x = node.input(0);
        Value weight = node.input(1);
        Value sum = null;
        Value bias = node.input(2);
        for (int block = 0; block < blocks; block++) {
            Value some = to.apply(new Op.Multiply(), weight, block(to, weight, block, blocks));
            Value part = to.apply(conv, x, some, bias);
            if (sum == null) {
                bias = to.apply(new Op.Scale(0), bias);
                sum = part;
            } else if (block == blocks - 1) {
                to.write(node.output(), ADD, sum, part);
            } else {
                sum = to.apply(ADD, sum, part);
            }
        }
    }

    /// Ones where a weight belongs to a block of the terms of a sum, else zeros.
    private static Value block(Rewriter to, Value weight, int block, int blocks) {
        Shape shape = weight.shape();
        int terms = shape.size() / shape.extent(0);
        double[] mask = new double[shape.size()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i % terms * blocks / terms == block ? 1 : 0;
        }
        return to.constant(weight.type(), mask);
    }

    private static void roundsOperands(Node node, Rewriter to, int bits) {
        boolean product = node.op() instanceof Op.MatMul
                || node.op() instanceof Op.Conv2d
                || node.op() instanceof Op.Conv2dInputGrad
                || node.op() instanceof Op.Conv2dWeightGrad;
        if (!product || node.input(0).element() != ElementType.FP32) {
            to.keep(node);
            return;
        }
        roundOperands(node, to, bits);
    }

    /// Rounds both operands of a product.
    ///
    /// @param node in FP32
    /// @param to receives the nodes
    /// @param bits that stay after the leading one, 1 to 22
    static void roundOperands(Node node, Rewriter to, int bits) {
        List<Value> inputs = new ArrayList<>(node.inputs());
        for (int operand = 0; operand < 2; operand++) {
            inputs.set(operand, Rounding.apply(to, node.input(operand), bits));
        }
        to.keep(new Node(node.op(), inputs, node.outputs()));
    }

    private static void truncates(Node node, Rewriter to) {
        Value y = node.output();
        boolean activation =
                !to.isIn("optimizer-step") && to.isForward(node) && y.shape().rank() > 0;
        if (!activation || y.element() != ElementType.FP16 || !rounds(node.op())) {
            to.keep(node);
            return;
        }
        truncate(node, to);
    }

    /// Cuts off the bits of an output that do not fit.
    ///
    /// @param node with one output in FP16
    /// @param to receives the nodes
    static void truncate(Node node, Rewriter to) {
        Value y = node.output();
        Value x = node.op() instanceof Op.Cast ? node.input(0) : inFp32(node, to);
        Value nearest = to.apply(TO_FP32, to.apply(TO_FP16, x));
        Value excess = to.apply(ADD, nearest, to.apply(NEGATE, x));
        Value away = to.apply(new Op.Multiply(), excess, x); // above 0 where nearest is farther from 0 than x
        Value less = to.apply(new Op.Scale(-0x1p-11), x); // half to one unit in the last place of FP16
        to.write(y, TO_FP16, to.apply(ADD, x, to.apply(new Op.ReluGrad(), less, away)));
    }

    /// Tells whether an Op of the forward pass makes numbers that its type may not hold.
    private static boolean rounds(Op op) {
        return op instanceof Op.Conv2d
                || op instanceof Op.MatMul
                || op instanceof Op.Softmax
                || op instanceof Op.Combine
                || op instanceof Op.ScaleRows
                || op instanceof Op.Add
                || op instanceof Op.Multiply
                || op instanceof Op.Scale
                || op instanceof Op.Cast;
    }

    private static Value inFp32(Node node, Rewriter to) {
        return to.apply(
                node.op(),
                node.inputs().stream()
                        .map(input -> input.element() == ElementType.FP16 ? to.apply(TO_FP32, input) : input)
                        .toArray(Value[]::new));
    }
}
