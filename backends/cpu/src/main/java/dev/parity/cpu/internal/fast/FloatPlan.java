package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Exchanges;
import dev.parity.cpu.internal.host.Step;
import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Plans a program for the fast path: what is computed together. The rest is planned Op by Op, and the
/// bits are those of an [OpPlan].
final class FloatPlan {
    private final Program program;
    private final FloatMemory memory;
    private final OpPlan ops;
    private final Map<Node, PooledConvolution.Planner> pooled = new HashMap<>();
    /// All-reduces whose inputs are scaled as they are sent, with the Scales.
    private final Map<Node, List<Node>> scaled = new HashMap<>();
    /// Sums of one group that are exchanged at once, by the last of them, itself included.
    private final Map<Node, List<Node>> joined = new HashMap<>();
    /// Nodes that were computed before their turn.
    private final Set<Node> planned = new HashSet<>();

    FloatPlan(Program program, Map<Value, FloatTensor> bound, Exchanges exchanges) {
        this.program = program;
        memory = new FloatMemory(program, bound);
        ops = new OpPlan(program, memory, exchanges, new PlainArithmetic(), this::shownWith);
        for (PooledConvolution group : PooledConvolution.find(program)) {
            PooledConvolution.Planner planner = group.new Planner(ops, memory);
            group.nodes().forEach(node -> pooled.put(node, planner));
        }
        program.nodes().forEach(this::findScales);
        findJoined();
    }

    List<Step> steps() {
        for (Node node : program.nodes()) {
            PooledConvolution.Planner group = pooled.get(node);
            if (group != null) {
                group.plan(node);
            } else if (!planned.contains(node) && scaled.values().stream().noneMatch(scales -> scales.contains(node))) {
                plan(node);
            }
            if (!waits(node)) {
                memory.writeBound(node);
            }
        }
        return memory.steps();
    }

    private void plan(Node node) {
        if (node.op() instanceof Op.NonFinite) {
            nonFinite(node);
        } else if (node.op() instanceof Op.Optimizer optimizer) {
            update(node, optimizer);
        } else if (sums(node).isPresent()) {
            if (!waits(node)) {
                sum(sums(node).orElseThrow(), joined.getOrDefault(node, List.of(node)));
            }
        } else {
            ops.plan(node);
        }
    }

    private static Optional<ProcessGroup> sums(Node node) {
        return node.op() instanceof Op.AllReduce(ProcessGroup group, Op.Reduction reduction)
                        && reduction == Op.Reduction.SUM
                ? Optional.of(group)
                : Optional.empty();
    }

    /// Finds sums of one group between which nobody reads the first one's result: their messages travel
    /// together.
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
        return sums(node).isPresent() && !joined.containsKey(node);
    }

    private void sum(ProcessGroup group, List<Node> nodes) {
        List<OpPlan.Sum> together = new ArrayList<>();
        for (Node node : nodes) {
            float factor = scaled.containsKey(node)
                    ? (float) ((Op.Scale) scaled.get(node).getFirst().op()).factor()
                    : 1;
            together.add(new OpPlan.Sum(node, shown(node), factor));
        }
        ops.sum(group, together);
    }

    /// The values that a collective sends, with those that travel together with them.
    private List<Value> shownWith(Node node) {
        return joined.getOrDefault(node, List.of(node)).stream()
                .flatMap(each -> shown(each).stream())
                .toList();
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

    /// The cast of the new weights is done with the update.
    private void update(Node node, Op.Optimizer optimizer) {
        Value weights = node.outputs().getFirst();
        Optional<Node> cast = program.nodes().stream()
                .filter(reader ->
                        reader.op() instanceof Op.Cast && reader.input(0).equals(weights))
                .findFirst();
        if (cast.isEmpty()) {
            ops.plan(node);
            return;
        }
        planned.add(cast.get());
        OptimizerLoops loops = new OptimizerLoops(node, memory.rows(node), memory.define(node));
        memory.add(node, loops.update(optimizer, memory.define(cast.get().output())));
    }

    /// Where the norms of the same tensors are asked for as well, they are computed first: finite norms
    /// are of finite elements.
    private void nonFinite(Node node) {
        Optional<Node> norms = program.nodes().stream()
                .filter(other -> other.op() instanceof Op.Norm && other.inputs().equals(node.inputs()))
                .findFirst();
        if (norms.isEmpty()) {
            ops.plan(node);
            return;
        }
        ops.plan(norms.get());
        planned.add(norms.get());
        FloatTensor found = memory.define(node.output());
        float[] norm = memory.define(norms.get().output()).floats;
        ReductionLoops exact = new ReductionLoops(node, memory.rows(node), List.of(found));
        memory.add(node, () -> {
            if (VectorElements.anyNonFinite(norm, 0, norm.length)) {
                exact.nonFinite();
            } else {
                found.ints[0] = 0;
            }
        });
    }
}
