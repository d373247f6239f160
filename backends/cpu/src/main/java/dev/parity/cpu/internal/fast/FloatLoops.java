package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import java.util.List;

/// The row-major FP32 loops of each kind of Op.
final class FloatLoops {
    private FloatLoops() {}

    /// Ops that only move values, or round by themselves, need no rounding after them.
    static boolean keepsType(Op op) {
        return op instanceof Op.Relu
                || op instanceof Op.ReluGrad
                || op instanceof Op.Reshape
                || op instanceof Op.Transpose
                || op instanceof Op.MaxPool2d
                || op instanceof Op.MaxPool2dGrad
                || op instanceof Op.Dispatch
                || op instanceof Op.AllToAll
                || op instanceof Op.Broadcast
                || op instanceof Op.AllReduce;
    }

    /// Makes the loops of a node.
    ///
    /// @param reductions add up what is not summed over axes
    static Runnable of(
            Node node, List<FloatTensor> in, List<FloatTensor> out, Exchanges exchanges, Reductions reductions) {
        ElementLoops element = new ElementLoops(node, in, out);
        ReductionLoops reduction = new ReductionLoops(node, in, out);
        PoolingLoops pooling = new PoolingLoops(node, in, out);
        LossLoops loss = new LossLoops(node, in, out, reductions);
        MoeLoops moe = new MoeLoops(node, in, out, reductions);
        OptimizerLoops optimizer = new OptimizerLoops(node, in, out);
        CollectiveLoops ranks = new CollectiveLoops(node, in, out);
        return switch (node.op()) {
            case Op.Add _ -> element.add();
            case Op.Multiply _ -> element::multiply;
            case Op.Scale(double factor) -> element.scale((float) factor);
            case Op.Relu _ -> element.relu();
            case Op.ReluGrad _ -> element.reluGrad();
            case Op.Cast _ -> element::cast;
            case Op.Reshape _ -> element::copy;
            case Op.Transpose(List<Integer> axes) -> element.transpose(axes);
            case Op.MatMul _, Op.Conv2d _, Op.Conv2dInputGrad _, Op.Conv2dWeightGrad _ ->
                throw new IllegalStateException("planned elsewhere: " + node);
            case Op.ReduceSum(List<Integer> axes) -> reduction.reduceSum(axes);
            case Op.MaxPool2d(int window) -> () -> pooling.maxPool(window);
            case Op.MaxPool2dGrad(int window) -> () -> pooling.maxPoolGrad(window);
            case Op.Softmax _ -> loss::softmax;
            case Op.SoftmaxGrad _ -> loss::softmaxGrad;
            case Op.CrossEntropy _ -> loss.crossEntropy();
            case Op.CrossEntropyGrad _ -> loss.crossEntropyGrad();
            case Op.ArgMax _ -> loss::argMax;
            case Op.TopKGate gate -> moe.topKGate(gate);
            case Op.GateWeights _ -> moe::gateWeights;
            case Op.GateWeightsGrad _ -> moe::gateWeightsGrad;
            case Op.Dispatch dispatch -> () -> moe.dispatch(dispatch.capacity());
            case Op.DispatchGrad _ -> moe::dispatchGrad;
            case Op.Combine _ -> moe::combine;
            case Op.CombineInputGrad combine -> () -> moe.combineInputGrad(combine.capacity());
            case Op.CombineWeightGrad _ -> moe::combineWeightGrad;
            case Op.LoadBalanceLoss _ -> moe.loadBalanceLoss();
            case Op.LoadBalanceLossGrad _ -> moe::loadBalanceLossGrad;
            case Op.ScaleRows(int column) -> () -> moe.scaleRows(column);
            case Op.ScaleRowsCoefficientGrad scale -> () -> moe.scaleRowsCoefficientGrad(scale.column());
            case Op.AllReduce(ProcessGroup group, Op.Reduction _) ->
                exchanges.exchange(node, group, in, ranks::allReduceMax); // sums are planned elsewhere
            case Op.AllToAll(ProcessGroup group) -> {
                int position = exchanges.position(group);
                yield exchanges.exchange(node, group, in, peers -> ranks.allToAll(peers, position));
            }
            case Op.Broadcast(ProcessGroup group) ->
                exchanges.exchange(node, group, in, peers -> ranks.copyAll(peers.getFirst()));
            case Op.NonFinite _ -> reduction::nonFinite;
            case Op.Norm _ -> reduction.norm();
            case Op.AdamW adam -> () -> optimizer.adamW(adam);
            case Op.Sgd sgd -> () -> optimizer.sgd(sgd);
        };
    }
}
