package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Shape;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Plans a program for the fast path: where each value lives and in which layout, and what is computed
/// together.
///
/// A value has up to two layouts: row-major, and with the leading axis last (a batch of matrices: with rows
/// and columns swapped), which matrix products and convolutions read without copying. It is computed in one
/// and copied to the other when somebody asks.
final class FloatPlan {
    private static final int BLOCK = 16;

    private final NumericMode mode;
    private final boolean blocked;
    /// Whether nodes are computed together; a mode that blocks sums or saturates needs each Op by itself.
    private final boolean fused;
    private final Program program;
    private final Exchanges exchanges;
    /// Tensors of the program's inputs and outputs.
    private final Map<Value, FloatTensor> bound;
    private final Map<Value, FloatTensor> rows = new HashMap<>();
    private final Map<Value, FloatTensor> last = new HashMap<>();
    private final Map<Node, PooledConvolution.Planner> pooled = new HashMap<>();
    /// All-reduces whose inputs are scaled as they are sent, with the Scales.
    private final Map<Node, List<Node>> scaled = new HashMap<>();
    /// Sums of one group that are exchanged at once, by the last of them, itself included.
    private final Map<Node, List<Node>> joined = new HashMap<>();
    /// Number of the step before which a value was last without memory; absent for what a caller may write.
    private final Map<Value, Integer> since = new HashMap<>();
    /// Number of the step in which the ranks of a group first meet.
    private final Map<ProcessGroup, Integer> met = new HashMap<>();
    /// Nodes that were computed before their turn.
    private final Set<Node> planned = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();

    FloatPlan(NumericMode mode, Program program, Map<Value, FloatTensor> bound, Exchanges exchanges, boolean fused) {
        this.mode = mode;
        this.program = program;
        this.bound = bound;
        this.exchanges = exchanges.with(this::stays);
        blocked = mode.summation() == Summation.BLOCKED;
        this.fused = fused && !blocked && mode.overflow() == Overflow.INF_NAN;
        if (this.fused) {
            for (PooledConvolution group : PooledConvolution.find(program)) {
                PooledConvolution.Planner planner = group.new Planner(this);
                group.nodes().forEach(node -> pooled.put(node, planner));
            }
            program.nodes().forEach(this::findScales);
            findJoined();
        }
    }

    List<Step> steps() {
        program.inputs().forEach(value -> rows.put(value, tensor(bound, value)));
        for (Node node : program.nodes()) {
            PooledConvolution.Planner group = pooled.get(node);
            if (group != null) {
                group.plan(node);
            } else if (!planned.contains(node) && scaled.values().stream().noneMatch(scales -> scales.contains(node))) {
                plan(node);
            }
            if (!waits(node)) {
                writeBound(node);
            }
        }
        return List.copyOf(steps);
    }

    /// Brings a node's results into the tensors that the caller bound.
    private void writeBound(Node node) {
        for (Value value : node.outputs()) {
            if (bound.containsKey(value)) {
                var _ = rows(node, value);
            }
        }
    }

    private static Optional<ProcessGroup> sums(Node node) {
        return node.op() instanceof Op.AllReduce(ProcessGroup group, Op.Reduction reduction)
                        && reduction == Op.Reduction.SUM
                ? Optional.of(group)
                : Optional.empty();
    }

    /// Finds sums of one group between which nobody reads the first one's result: their messages travel together.
    private void findJoined() {
        List<Node> open = new ArrayList<>();
        for (Node node : program.nodes()) {
            boolean reads = open.stream().flatMap(sum -> sum.outputs().stream()).anyMatch(node.inputs()::contains);
            if (reads
                    || (sums(node).isPresent() && !open.isEmpty() && !sums(node).equals(sums(open.getFirst())))) {
                open.clear();
            }
            if (sums(node).isPresent()) {
                open.add(node);
                open.forEach(joined::remove);
                joined.put(node, List.copyOf(open));
            }
        }
    }

    /// Tells whether a sum waits for a later one.
    private boolean waits(Node node) {
        return sums(node).isPresent() && fused && !joined.containsKey(node);
    }

    /// Tells whether what a collective shows is written after its group has met, and by nobody but this plan.
    private boolean stays(Node node) {
        ProcessGroup group = ((Op.Collective) node.op()).group();
        int first = met.computeIfAbsent(group, _ -> steps.size());
        return joined.getOrDefault(node, List.of(node)).stream()
                .flatMap(each -> shown(each).stream())
                .allMatch(value -> since.getOrDefault(value, -1) > first);
    }

    /// The values that a collective sends: of a scaled sum, those before they are scaled.
    private List<Value> shown(Node node) {
        return node.inputs().stream()
                .map(value -> scaled.getOrDefault(node, List.of()).stream()
                        .filter(scale -> scale.output().equals(value))
                        .map(scale -> scale.input(0))
                        .findFirst()
                        .orElse(value))
                .toList();
    }

    /// Finds a sum that is the only reader of scaled values.
    private void findScales(Node node) {
        if (sums(node).isEmpty()) {
            return;
        }
        List<Node> scales = program.nodes().stream()
                .filter(writer ->
                        writer.op() instanceof Op.Scale && node.inputs().contains(writer.output()))
                .toList();
        boolean fits = scales.size() == node.inputs().size()
                && scales.stream().map(Node::op).distinct().count() == 1
                && scales.stream().map(Node::output).noneMatch(program.outputs()::contains)
                && program.nodes().stream()
                        .filter(reader -> !reader.equals(node))
                        .noneMatch(reader -> scales.stream().map(Node::output).anyMatch(reader.inputs()::contains));
        if (fits) {
            scaled.put(node, scales);
        }
    }

    private static FloatTensor tensor(Map<Value, FloatTensor> tensors, Value value) {
        FloatTensor tensor = tensors.get(value);
        if (tensor == null) {
            throw new IllegalStateException(value + " has no memory yet");
        }
        return tensor;
    }

    void add(Node node, Runnable work) {
        steps.add(new Step(node, work));
    }

    boolean isRowMajor(Value value) {
        return rows.containsKey(value);
    }

    /// Returns a value row-major, for a node that reads it so.
    FloatTensor rows(Node reader, Value value) {
        if (!rows.containsKey(value)) {
            FloatTensor from = tensor(last, value);
            FloatTensor to = define(value);
            int[] table = Layouts.rows(value.shape());
            add(reader, () -> Layouts.gather(to.floats, from.floats, table));
        }
        return tensor(rows, value);
    }

    /// Returns a value with its leading axis last, for a node that reads it so.
    FloatTensor last(Node reader, Value value) {
        if (!last.containsKey(value)) {
            FloatTensor from = tensor(rows, value);
            FloatTensor to = defineLast(value);
            int[] table = Layouts.last(value.shape());
            add(reader, () -> Layouts.gather(to.floats, from.floats, table));
        }
        return tensor(last, value);
    }

    /// Makes row-major memory for a value that is about to be computed.
    FloatTensor define(Value value) {
        if (bound.containsKey(value)) {
            return rows.computeIfAbsent(value, _ -> tensor(bound, value));
        }
        since.putIfAbsent(value, steps.size());
        return rows.computeIfAbsent(value, _ -> new FloatTensor(value.type()));
    }

    FloatTensor defineLast(Value value) {
        since.putIfAbsent(value, steps.size());
        return last.computeIfAbsent(value, _ -> new FloatTensor(value.type()));
    }

    private void plan(Node node) {
        switch (node.op()) {
            case Op.MatMul matMul -> {
                matMul(node, matMul);
                round(node, written(node));
            }
            case Op.Conv2d _ -> {
                FloatConvolution sizes = new FloatConvolution(
                        node.input(0).shape(), node.input(1).shape());
                FloatTensor y = defineLast(node.output());
                add(node, sizes.forward(forward(sizes, node), y.floats));
                round(node, List.of(y));
            }
            case Op.Conv2dWeightGrad _ -> {
                Value x = node.input(0);
                FloatConvolution sizes =
                        new FloatConvolution(x.shape(), node.output().shape());
                FloatConvolution.Events events = events(node, sizes, node.input(1));
                FloatTensor dw = define(node.output());
                add(node, sizes.weightGrad(events, patches(node, sizes, x), blocked, dw.floats));
                round(node, List.of(dw));
            }
            case Op.Conv2dInputGrad _ -> {
                FloatConvolution sizes = new FloatConvolution(
                        node.output().shape(), node.input(1).shape());
                FloatConvolution.Events events = events(node, sizes, node.input(0));
                FloatTensor dx = defineLast(node.output());
                add(node, sizes.inputGrad(events, rows(node, node.input(1)).floats, blocked, dx.floats));
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
            case Op.NonFinite _ -> nonFinite(node);
            case Op.Optimizer optimizer -> update(node, optimizer);
            case Op.AllReduce(ProcessGroup group, Op.Reduction reduction)
            when reduction == Op.Reduction.SUM -> {
                if (!waits(node)) {
                    allReduce(group, node, joined.getOrDefault(node, List.of(node)));
                }
            }
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
                    Op.Norm _ -> loops(node);
        }
    }

    /// The cast of the new weights is done with the update.
    private void update(Node node, Op.Optimizer optimizer) {
        Value weights = node.outputs().getFirst();
        Optional<Node> cast = program.nodes().stream()
                .filter(reader ->
                        reader.op() instanceof Op.Cast && reader.input(0).equals(weights))
                .filter(_ -> fused)
                .findFirst();
        if (cast.isEmpty()) {
            loops(node);
            return;
        }
        planned.add(cast.get());
        List<FloatTensor> in =
                node.inputs().stream().map(value -> rows(node, value)).toList();
        List<FloatTensor> out = node.outputs().stream().map(this::define).toList();
        add(
                node,
                new FloatLoops(node, in, out, mode)
                        .update(optimizer, define(cast.get().output())));
    }

    /// Where the norms of the same tensors are asked for as well, they are computed first: finite norms are
    /// of finite elements.
    private void nonFinite(Node node) {
        Node norms = program.nodes().stream()
                .filter(other ->
                        fused && other.op() instanceof Op.Norm && other.inputs().equals(node.inputs()))
                .findFirst()
                .orElse(node);
        if (norms.equals(node)) {
            loops(node);
            return;
        }
        loops(norms);
        planned.add(norms);
        List<FloatTensor> in =
                node.inputs().stream().map(value -> rows(node, value)).toList();
        FloatTensor found = define(node.output());
        float[] norm = define(norms.output()).floats;
        Runnable exact = new FloatLoops(node, in, List.of(found), mode).of(node.op(), exchanges);
        add(node, () -> {
            if (exchanges.rank().saturated || VectorElements.anyNonFinite(norm, 0, norm.length)) {
                exact.run();
            } else {
                found.ints[0] = 0;
            }
        });
    }

    /// Row-major loops, the way of every Op that has no better one.
    private void loops(Node node) {
        List<FloatTensor> in =
                node.inputs().stream().map(value -> rows(node, value)).toList();
        List<FloatTensor> out = node.outputs().stream().map(this::define).toList();
        add(node, new FloatLoops(node, in, out, mode).of(node.op(), exchanges));
        if (!FloatLoops.keepsType(node.op())) {
            round(node, out);
        }
    }

    /// Exchanges the messages of several sums at once, and adds each up by itself.
    private void allReduce(ProcessGroup group, Node last, List<Node> nodes) {
        List<Message> messages = new ArrayList<>();
        List<FloatSum.Adder> adders = new ArrayList<>();
        for (Node node : nodes) {
            List<FloatTensor> in =
                    shown(node).stream().map(value -> rows(node, value)).toList();
            List<FloatTensor> out = node.outputs().stream().map(this::define).toList();
            float factor = scaled.containsKey(node)
                    ? (float) ((Op.Scale) scaled.get(node).getFirst().op()).factor()
                    : 1;
            Message message = new Message(node.output().element(), in, factor);
            add(node, message::pack);
            messages.add(message);
            adders.add(new FloatSum(node, mode, exchanges.rank(), group.size()).adder(messages.size() - 1, out));
        }
        add(last, exchanges.exchange(last, group, messages, all -> {
            for (FloatSum.Adder adder : adders) {
                adder.add(all);
            }
        }));
        nodes.forEach(this::writeBound);
    }

    /// Loops that do not mind the layout: that in which the first input was computed.
    private void elementwise(Node node) {
        if (isRowMajor(node.input(0))) {
            loops(node);
            return;
        }
        List<FloatTensor> in =
                node.inputs().stream().map(value -> last(node, value)).toList();
        FloatTensor out = defineLast(node.output());
        add(node, new FloatLoops(node, in, List.of(out), mode).of(node.op(), exchanges));
        if (!FloatLoops.keepsType(node.op())) {
            round(node, List.of(out));
        }
    }

    /// The leading axis stays where it is when the others are joined.
    private void reshape(Node node, Shape to) {
        Value from = node.input(0);
        boolean joins = to.rank() == 2
                && from.shape().rank() != 3
                && to.extent(0) == from.shape().extent(0);
        if (isRowMajor(from) || !joins) {
            loops(node);
        } else {
            FloatTensor x = tensor(last, from);
            FloatTensor y = defineLast(node.output());
            add(node, () -> System.arraycopy(x.floats, 0, y.floats, 0, y.floats.length));
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
        int block = blocked ? BLOCK : terms;
        float[] partial = new float[block < terms ? shape.size() / batch : 0];
        float[] bias = node.inputs().size() == 3 ? rows(node, node.input(2)).floats : new float[0];
        if (op.transposeB() && !op.transposeA()) {
            float[] w = rows(node, b).floats;
            float[] x = last(node, a).floats;
            float[] y = defineLast(node.output()).floats;
            add(
                    node,
                    new FloatMatMul(
                            y, w, x, bias, true, batch, shape.extent(-1), terms, shape.extent(-2), block, partial));
        } else {
            float[] w = (op.transposeA() ? last(node, a) : rows(node, a)).floats;
            float[] x = (op.transposeB() ? last(node, b) : rows(node, b)).floats;
            float[] y = define(node.output()).floats;
            add(
                    node,
                    new FloatMatMul(
                            y, w, x, bias, false, batch, shape.extent(-2), terms, shape.extent(-1), block, partial));
        }
    }

    private List<FloatTensor> written(Node node) {
        Value value = node.output();
        return List.of(tensor(isRowMajor(value) ? rows : last, value));
    }

    FloatConvolution.Forward forward(FloatConvolution sizes, Node conv) {
        Value x = conv.input(0);
        boolean rowMajor = isRowMajor(x);
        return sizes
        .new Forward(
                tensor(rowMajor ? rows : last, x).floats,
                rowMajor,
                rows(conv, conv.input(1)).floats,
                rows(conv, conv.input(2)).floats,
                blocked);
    }

    /// Images with channels innermost.
    float[] patches(Node reader, FloatConvolution sizes, Value x) {
        boolean rowMajor = isRowMajor(x);
        FloatConvolution.Patches patches = sizes.new Patches(rowMajor);
        float[] from = tensor(rowMajor ? rows : last, x).floats;
        add(reader, () -> patches.from(from));
        return patches.x;
    }

    private FloatConvolution.Events events(Node reader, FloatConvolution sizes, Value gradient) {
        FloatConvolution.Events events = sizes.all();
        int[] sources = sizes.sources();
        float[] dy = last(reader, gradient).floats;
        add(reader, () -> Layouts.gather(events.g, dy, sources));
        return events;
    }

    /// Rounds what a node has written to its type.
    void round(Node node, List<FloatTensor> out) {
        ElementType type = node.output().element();
        if (type == ElementType.FP16 || type == ElementType.BF16) {
            add(node, () -> {
                for (FloatTensor tensor : out) {
                    Storage.round(tensor.floats, 0, tensor.floats.length, type, mode.overflow(), exchanges.rank());
                }
            });
        }
    }
}
