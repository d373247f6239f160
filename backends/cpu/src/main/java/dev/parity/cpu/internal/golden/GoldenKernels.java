package dev.parity.cpu.internal.golden;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.TensorType;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The golden: plain loops in binary64, to be read next to the definition of each Op.
public final class GoldenKernels implements HostBackend.Kernels<DoubleTensor> {
    private final boolean stored;

    /// Makes a golden.
    ///
    /// @param stored whether each Op's output is rounded once to its type; otherwise nothing is rounded,
    ///     nor overflows
    public GoldenKernels(boolean stored) {
        this.stored = stored;
    }

    @Override
    public DoubleTensor allocate(TensorType type) {
        return new DoubleTensor(type, stored);
    }

    @Override
    public void copy(DoubleTensor from, DoubleTensor to) {
        from.read(to.values);
    }

    @Override
    public Support supports(ElementType type) {
        return new Support.Supported();
    }

    @Override
    public List<Step> plan(Program program, Map<Value, DoubleTensor> bound, Exchanges exchanges) {
        Map<Value, DoubleTensor> memory = new HashMap<>(bound);
        List<Step> steps = new ArrayList<>();
        for (Node node : program.nodes()) {
            List<DoubleTensor> in = node.inputs().stream().map(memory::get).toList();
            List<DoubleTensor> out = node.outputs().stream()
                    .map(value -> memory.computeIfAbsent(value, _ -> allocate(value.type())))
                    .toList();
            steps.add(new Step(node, step(node, in, out, exchanges)));
        }
        return steps;
    }

    private Runnable step(Node node, List<DoubleTensor> in, List<DoubleTensor> out, Exchanges exchanges) {
        Runnable exact = loops(node, in, out, exchanges);
        if (!stored) {
            return exact;
        }
        return () -> {
            exact.run();
            for (DoubleTensor tensor : out) {
                ElementType type = tensor.type().element();
                for (int i = 0; i < tensor.values.length; i++) {
                    tensor.values[i] = type.round(tensor.values[i]);
                }
            }
        };
    }

    private static Runnable loops(Node node, List<DoubleTensor> in, List<DoubleTensor> out, Exchanges exchanges) {
        DenseLoops dense = new DenseLoops(node, in, out);
        LossLoops loss = new LossLoops(node, in, out);
        MoeLoops moe = new MoeLoops(node, in, out);
        UpdateLoops update = new UpdateLoops(node, in, out);
        return switch (node.op()) {
            case Op.Add _ -> dense.elementwise((a, b) -> a + b);
            case Op.Multiply _ -> dense.elementwise((a, b) -> a * b);
            case Op.ReluGrad _ -> dense.elementwise((dy, y) -> y > 0 ? dy : 0);
            case Op.Scale(double factor) -> dense.map(x -> x * (float) factor);
            case Op.Relu _ -> dense.map(x -> Double.isNaN(x) || x > 0 ? x : 0);
            case Op.Cast _, Op.Reshape _ -> dense.map(x -> x);
            case Op.Transpose(List<Integer> axes) -> dense.transpose(axes);
            case Op.MatMul matMul -> () -> dense.matMul(matMul);
            case Op.ReduceSum(List<Integer> axes) -> dense.reduceSum(axes);
            case Op.Conv2d _ -> dense::conv2d;
            case Op.Conv2dInputGrad _ -> dense::conv2dInputGrad;
            case Op.Conv2dWeightGrad _ -> dense::conv2dWeightGrad;
            case Op.MaxPool2d(int window) -> () -> dense.maxPool(window);
            case Op.MaxPool2dGrad(int window) -> () -> dense.maxPoolGrad(window);
            case Op.Softmax _ -> loss::softmax;
            case Op.SoftmaxGrad _ -> loss::softmaxGrad;
            case Op.CrossEntropy _ -> loss::crossEntropy;
            case Op.CrossEntropyGrad _ -> loss::crossEntropyGrad;
            case Op.ArgMax _ -> loss::argMax;
            case Op.TopKGate gate -> () -> moe.topKGate(gate);
            case Op.GateWeights _ -> moe::gateWeights;
            case Op.GateWeightsGrad _ -> moe::gateWeightsGrad;
            case Op.Dispatch dispatch -> () -> moe.dispatch(dispatch.capacity());
            case Op.DispatchGrad _ -> moe::dispatchGrad;
            case Op.Combine _ -> moe::combine;
            case Op.CombineInputGrad combine -> () -> moe.combineInputGrad(combine.capacity());
            case Op.CombineWeightGrad _ -> moe::combineWeightGrad;
            case Op.LoadBalanceLoss _ -> moe::loadBalanceLoss;
            case Op.LoadBalanceLossGrad _ -> moe::loadBalanceLossGrad;
            case Op.ScaleRows(int column) -> () -> moe.scaleRows(column);
            case Op.ScaleRowsCoefficientGrad scale -> () -> moe.scaleRowsCoefficientGrad(scale.column());
            case Op.AllReduce(ProcessGroup group, Op.Reduction reduction) ->
                exchanges.exchange(node, group, in, peers -> update.allReduce(peers, reduction));
            case Op.AllToAll(ProcessGroup group) -> {
                int position = exchanges.position(group);
                yield exchanges.exchange(node, group, in, peers -> update.allToAll(peers, position));
            }
            case Op.Broadcast(ProcessGroup group) ->
                exchanges.exchange(node, group, in, peers -> update.copyAll(peers.getFirst()));
            case Op.NonFinite _ -> update::nonFinite;
            case Op.Norm _ -> update::norm;
            case Op.AdamW adam -> () -> update.adamW(adam);
            case Op.Sgd(double momentum) -> () -> update.sgd(momentum);
        };
    }
}
