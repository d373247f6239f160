package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.Soc;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Support;
import dev.parity.spi.Value;
import java.util.function.ToLongFunction;

/// What the device does for each Op that is no collective.
public final class OpCommands extends NodeOps {
    private OpCommands(Node node, Way way, Commands commands, ToLongFunction<Value> addresses) {
        super(node, way, commands, addresses);
    }

    /// Tells whether there are operators.
    ///
    /// @param op the Op
    /// @param type of its first output
    /// @param soc the generation
    /// @return the answer with its reason
    public static Support supports(Op op, ElementType type, Soc soc) {
        return switch (type) {
            case FP32, FP16 -> new Support.Supported();
            case BF16 ->
                soc.wide()
                        ? new Support.Supported()
                        : new Support.Unsupported("Ascend 910A has no BF16, that came with Ascend 910B1");
            case INT32 ->
                op.mayGiveIntegers()
                        ? new Support.Supported()
                        : new Support.Unsupported("there is no %s of integers on an NPU".formatted(op.name()));
            case FP64, UINT8 -> new Support.Unsupported("Ops are of FP32, FP16, BF16 and INT32, not of " + type);
        };
    }

    /// Adds the commands of a node.
    ///
    /// @param node no collective
    /// @param way how to compute
    /// @param addresses of the node's values on the device
    /// @param commands receives them
    public static void add(Node node, Way way, ToLongFunction<Value> addresses, Commands commands) {
        new OpCommands(node, way, commands, addresses).add();
    }

    private void add() {
        ElementOps elements = new ElementOps(this);
        DenseOps dense = new DenseOps(this);
        LossOps losses = new LossOps(this);
        MoeOps moe = new MoeOps(this);
        UpdateOps updates = new UpdateOps(this);
        switch (node.op()) {
            case Op.Add _ -> elements.add();
            case Op.Multiply _ -> elements.multiply();
            case Op.Scale op -> elements.scale(op.factor());
            case Op.Relu _ -> elements.relu();
            case Op.ReluGrad _ -> elements.reluGrad();
            case Op.Cast _ -> elements.cast();
            case Op.Reshape _ -> elements.reshape();
            case Op.Transpose op -> elements.transpose(op.axes());
            case Op.MatMul op -> dense.matMul(op);
            case Op.ReduceSum op -> elements.reduceSum(op.axes());
            case Op.Conv2d _ -> dense.conv();
            case Op.Conv2dInputGrad _ -> dense.convInputGrad();
            case Op.Conv2dWeightGrad _ -> dense.convWeightGrad();
            case Op.MaxPool2d(int window) -> losses.maxPool(window);
            case Op.MaxPool2dGrad(int window) -> losses.maxPoolGrad(window);
            case Op.Softmax _ -> losses.softmax();
            case Op.SoftmaxGrad _ -> losses.softmaxGrad();
            case Op.CrossEntropy _ -> losses.crossEntropy();
            case Op.CrossEntropyGrad _ -> losses.crossEntropyGrad();
            case Op.ArgMax _ -> losses.argMax();
            case Op.TopKGate op -> new Gating(this, op).add();
            case Op.GateWeights _ -> moe.gateWeights();
            case Op.GateWeightsGrad _ -> moe.gateWeightsGrad();
            case Op.Dispatch op -> moe.dispatch(op.capacity());
            case Op.DispatchGrad _ -> moe.dispatchGrad();
            case Op.Combine _ -> moe.combine();
            case Op.CombineInputGrad op -> moe.combineInputGrad(op.capacity());
            case Op.CombineWeightGrad _ -> moe.combineWeightGrad();
            case Op.LoadBalanceLoss _ -> moe.loadBalanceLoss();
            case Op.LoadBalanceLossGrad _ -> moe.loadBalanceLossGrad();
            case Op.ScaleRows(int column) -> elements.scaleRows(column);
            case Op.ScaleRowsCoefficientGrad op -> elements.scaleRowsCoefficientGrad(op.column());
            case Op.NonFinite _ -> updates.nonFinite();
            case Op.Norm _ -> updates.norm();
            case Op.AdamW op -> updates.adamW(op);
            case Op.Sgd op -> updates.sgd(op);
            case Op.Collective _ -> throw new IllegalArgumentException("ranks meet in " + node);
        }
    }
}
