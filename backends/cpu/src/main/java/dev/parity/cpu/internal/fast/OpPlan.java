package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Plans a program Op by Op: each node is computed by itself and rounded to its type.
public final class OpPlan {
    private final Program program;
    private final FloatMemory memory;
    private final Exchanges exchanges;
    private final Arithmetic arithmetic;
    /// What a collective shows to the other ranks.
    private final Function<Node, List<Value>> shown;
    /// Number of the step in which the ranks of a group first meet.
    private final Map<ProcessGroup, Integer> met = new HashMap<>();

    /// Prepares a plan of a whole program.
    ///
    /// @param program what to compute
    /// @param bound the tensors of the program's inputs and outputs
    /// @param exchanges makes its collectives
    /// @param arithmetic sums and rounds
    public OpPlan(Program program, Map<Value, FloatTensor> bound, Exchanges exchanges, Arithmetic arithmetic) {
        this(program, new FloatMemory(program, bound), exchanges, arithmetic, Node::inputs);
    }

    OpPlan(
            Program program,
            FloatMemory memory,
            Exchanges exchanges,
            Arithmetic arithmetic,
            Function<Node, List<Value>> shown) {
        this.program = program;
        this.memory = memory;
        this.exchanges = exchanges.with(this::stays);
        this.arithmetic = arithmetic;
        this.shown = shown;
    }

    /// Plans every node.
    ///
    /// @return the steps, which leave the outputs in their tensors
    public List<Step> steps() {
        for (Node node : program.nodes()) {
            plan(node);
            memory.writeBound(node);
        }
        return memory.steps();
    }

    /// Tells whether what a collective shows is written after its group has met, and by nobody but this
    /// plan.
    private boolean stays(Node node) {
        ProcessGroup group = ((Op.Collective) node.op()).group();
        int first = met.computeIfAbsent(group, _ -> memory.next());
        return shown.apply(node).stream().allMatch(value -> memory.isWrittenAfter(value, first));
    }

    void plan(Node node) {
        switch (node.op()) {
            case Op.MatMul matMul -> matMul(node, matMul);
            case Op.Conv2d _, Op.Conv2dWeightGrad _, Op.Conv2dInputGrad _
            when arithmetic.convolutions().isPresent() ->
                convolution(node, arithmetic.convolutions().orElseThrow());
            case Op.Conv2d _ -> {
                FloatTensor y = memory.defineLast(node.output());
                memory.add(node, arithmetic.forward(forward(sizes(node.input(0), node.input(1)), node), y.floats));
                round(node, List.of(y));
            }
            case Op.Conv2dWeightGrad _ -> {
                FloatConvolution sizes = sizes(node.input(0), node.output());
                ConvolutionEvents events = events(node, sizes, node.input(1));
                FloatTensor dw = memory.define(node.output());
                float[] x = patches(node, sizes, node.input(0));
                memory.add(node, arithmetic.weightGrad(new ConvolutionWeightGrad(sizes, events, x, dw.floats)));
                round(node, List.of(dw));
            }
            case Op.Conv2dInputGrad _ -> {
                FloatConvolution sizes = sizes(node.output(), node.input(1));
                ConvolutionEvents events = events(node, sizes, node.input(0));
                FloatTensor dx = memory.defineLast(node.output());
                float[] w = memory.rows(node, node.input(1)).floats;
                memory.add(node, arithmetic.inputGrad(new ConvolutionInputGrad(sizes, events, w, dx.floats)));
                round(node, List.of(dx));
            }
            case Op.Reshape(Shape to) -> reshape(node, to);
            case Op.Add _, Op.Multiply _, Op.Scale _, Op.Relu _, Op.ReluGrad _ -> elementwise(node);
            case Op.Cast(ElementType to) -> {
                if (to.isFloating() && node.input(0).element().isFloating()) {
                    elementwise(node);
                } else {
                    loops(node);
                }
            }
            case Op.AllReduce(ProcessGroup group, Op.Reduction reduction)
            when reduction == Op.Reduction.SUM -> sum(group, List.of(new Sum(node, node.inputs(), 1)));
            case Op.AllReduce _,
                    Op.AllToAll _,
                    Op.Broadcast _,
                    Op.Transpose _,
                    Op.ReduceSum _,
                    Op.MaxPool2d _,
                    Op.MaxPool2dGrad _,
                    Op.Softmax _,
                    Op.SoftmaxGrad _,
                    Op.CrossEntropy _,
                    Op.CrossEntropyGrad _,
                    Op.ArgMax _,
                    Op.TopKGate _,
                    Op.GateWeights _,
                    Op.GateWeightsGrad _,
                    Op.Dispatch _,
                    Op.DispatchGrad _,
                    Op.Combine _,
                    Op.CombineInputGrad _,
                    Op.CombineWeightGrad _,
                    Op.LoadBalanceLoss _,
                    Op.LoadBalanceLossGrad _,
                    Op.ScaleRows _,
                    Op.ScaleRowsCoefficientGrad _,
                    Op.NonFinite _,
                    Op.Norm _,
                    Op.Optimizer _ -> loops(node);
        }
    }

    /// Images, and gradients of images, are given with images last; weights and what is of rank 1 row-major.
    private void convolution(Node node, Arithmetic.Convolutions convolutions) {
        boolean weights = node.op() instanceof Op.Conv2dWeightGrad;
        List<float[]> in = new ArrayList<>();
        for (Value value : node.inputs()) {
            boolean images = value.equals(node.input(0)) || weights;
            in.add((images ? memory.last(node, value) : memory.rows(node, value)).floats);
        }
        FloatTensor out = weights ? memory.define(node.output()) : memory.defineLast(node.output());
        memory.add(node, convolutions.of(node, in, out.floats));
        round(node, List.of(out));
    }

    /// Row-major loops, the way of every Op that has no better one.
    void loops(Node node) {
        loops(node, memory.rows(node), memory.define(node));
    }

    private void loops(Node node, List<FloatTensor> in, List<FloatTensor> out) {
        memory.add(node, arithmetic.loops(node, in, out, exchanges));
        if (!FloatLoops.keepsType(node.op())) {
            round(node, out);
        }
    }

    /// Loops that do not mind the layout: that in which the first input was computed.
    private void elementwise(Node node) {
        if (memory.isRowMajor(node.input(0))) {
            loops(node);
            return;
        }
        List<FloatTensor> in =
                node.inputs().stream().map(value -> memory.last(node, value)).toList();
        loops(node, in, List.of(memory.defineLast(node.output())));
    }

    /// The leading axis stays where it is when the others are joined.
    private void reshape(Node node, Shape to) {
        Value from = node.input(0);
        boolean joins = to.rank() == 2
                && from.shape().rank() != 3
                && to.extent(0) == from.shape().extent(0);
        if (memory.isRowMajor(from) || !joins) {
            loops(node);
        } else {
            FloatTensor x = memory.last(node, from);
            FloatTensor y = memory.defineLast(node.output());
            memory.add(node, () -> System.arraycopy(x.floats, 0, y.floats, 0, y.floats.length));
        }
    }

    /// The rows of the left factor and the columns of the right one must be contiguous along K. A linear
    /// layer, x·Wᵀ, is computed as (W·xᵀ)ᵀ, so that its weights are read as they are.
    private void matMul(Node node, Op.MatMul op) {
        Value a = node.input(0);
        Value b = node.input(1);
        Shape shape = node.output().shape();
        int batch = shape.rank() == 3 ? shape.extent(0) : 1;
        int terms = a.shape().extent(op.transposeA() ? -2 : -1);
        float[] bias = node.inputs().size() == 3 ? memory.rows(node, node.input(2)).floats : new float[0];
        boolean linear = op.transposeB() && !op.transposeA();
        float[] w;
        float[] x;
        FloatTensor y;
        if (linear) {
            w = memory.rows(node, b).floats;
            x = memory.last(node, a).floats;
            y = memory.defineLast(node.output());
        } else {
            w = (op.transposeA() ? memory.last(node, a) : memory.rows(node, a)).floats;
            x = (op.transposeB() ? memory.last(node, b) : memory.rows(node, b)).floats;
            y = memory.define(node.output());
        }
        int rows = shape.extent(linear ? -1 : -2);
        int columns = shape.extent(linear ? -2 : -1);
        memory.add(
                node,
                arithmetic.product(
                        new FloatMatMul(y.floats, w, x, bias, linear, batch, rows, terms, columns), a.element()));
        round(node, List.of(y));
    }

    /// One of the sums over ranks that travel together.
    ///
    /// @param node the all-reduce
    /// @param sent what it sends
    /// @param factor of all elements sent
    record Sum(Node node, List<Value> sent, float factor) {}

    /// Exchanges the messages of several sums at once, and adds each up by itself.
    void sum(ProcessGroup group, List<Sum> sums) {
        List<Message> messages = new ArrayList<>();
        List<FloatSum.Adder> adders = new ArrayList<>();
        for (Sum sum : sums) {
            Node node = sum.node;
            List<FloatTensor> in =
                    sum.sent.stream().map(value -> memory.rows(node, value)).toList();
            List<FloatTensor> out = memory.define(node);
            Message message = new Message(node.output().element(), in, sum.factor);
            memory.add(node, message::pack);
            messages.add(message);
            adders.add(arithmetic.sum(node, group.size(), messages.size() - 1, out));
        }
        Node last = sums.getLast().node;
        memory.add(last, exchanges.exchange(last, group, messages, all -> {
            for (FloatSum.Adder adder : adders) {
                adder.add(all);
            }
        }));
        sums.forEach(sum -> memory.writeBound(sum.node));
    }

    private static FloatConvolution sizes(Value x, Value w) {
        return new FloatConvolution(x.shape(), w.shape());
    }

    ConvolutionForward forward(FloatConvolution sizes, Node conv) {
        Value x = conv.input(0);
        return new ConvolutionForward(
                sizes,
                memory.asComputed(x).floats,
                memory.isRowMajor(x),
                memory.rows(conv, conv.input(1)).floats,
                memory.rows(conv, conv.input(2)).floats);
    }

    /// Images with channels innermost.
    float[] patches(Node reader, FloatConvolution sizes, Value x) {
        Patches patches = new Patches(sizes, memory.isRowMajor(x));
        float[] from = memory.asComputed(x).floats;
        memory.add(reader, () -> patches.from(from));
        return patches.x;
    }

    private ConvolutionEvents events(Node reader, FloatConvolution sizes, Value gradient) {
        ConvolutionEvents events = ConvolutionEvents.all(sizes);
        int[] sources = ConvolutionEvents.sources(sizes);
        float[] dy = memory.last(reader, gradient).floats;
        memory.add(reader, () -> Layouts.gather(events.g, dy, sources));
        return events;
    }

    /// Rounds what a node has written to its type.
    void round(Node node, List<FloatTensor> out) {
        ElementType type = node.output().element();
        if (arithmetic.rounds(type)) {
            memory.add(node, () -> {
                for (FloatTensor tensor : out) {
                    arithmetic.round(tensor.floats, 0, tensor.floats.length, type);
                }
            });
        }
    }
}
