package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import dev.parity.spi.Node;
import dev.parity.spi.NumericMode.AllReduceOrder;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/// What a rank does with the memory of its peers on one device.
public final class CollectiveOps {
    private final Node node;
    private final Way way;
    private final Commands commands;
    private final Algebra algebra;
    private final List<List<Long>> peers;
    private final List<Long> outputs;

    private CollectiveOps(
            Node node, Way way, ToLongFunction<Value> addresses, List<List<Long>> peers, Commands commands) {
        this.node = node;
        this.way = way;
        this.commands = commands;
        this.peers = peers;
        algebra = new Algebra(commands, way.saturates());
        outputs = node.outputs().stream().map(addresses::applyAsLong).toList();
    }

    /// Adds the commands of a collective.
    ///
    /// @param node of the collective
    /// @param way how to compute
    /// @param addresses of the node's values on this rank
    /// @param peers addresses of the node's inputs on each rank of the group
    /// @param position of this rank in the group
    /// @param commands receives them
    public static void add(
            Node node,
            Way way,
            ToLongFunction<Value> addresses,
            List<List<Long>> peers,
            int position,
            Commands commands) {
        new CollectiveOps(node, way, addresses, peers, commands).add((Op.Collective) node.op(), position);
    }

    private void add(Op.Collective op, int position) {
        switch (op) {
            case Op.AllReduce all -> {
                if (all.reduction() == Op.Reduction.SUM) {
                    sum();
                } else {
                    max();
                }
            }
            case Op.AllToAll _ -> {
                long block = output(0).bytes() / peers.size();
                for (int i = 0; i < peers.size(); i++) {
                    commands.copy(peers.get(i).getFirst() + position * block, outputs.getFirst() + i * block, block);
                }
            }
            case Op.Broadcast _ -> {
                for (int t = 0; t < outputs.size(); t++) {
                    commands.copy(
                            peers.getFirst().get(t), outputs.get(t), output(t).bytes());
                }
            }
        }
    }

    private View flat(long address, int tensor) {
        Value value = node.outputs().get(tensor);
        return View.of(
                address, DataType.of(value.element()), List.of(value.shape().size()));
    }

    private View output(int tensor) {
        return flat(outputs.get(tensor), tensor);
    }

    /// Shows one tensor on all ranks.
    private List<View> tensors(int tensor) {
        return peers.stream().map(peer -> flat(peer.get(tensor), tensor)).toList();
    }

    /// All tensors are one message; in a mesh its chunks start with different ranks.
    private void sum() {
        if (way.mode().allReduce() == AllReduceOrder.HALVING) {
            for (int t = 0; t < outputs.size(); t++) {
                algebra.store(halved(tensors(t)), output(t));
            }
            return;
        }
        int ranks = peers.size();
        int length =
                node.outputs().stream().mapToInt(value -> value.shape().size()).sum();
        int before = 0;
        for (int t = 0; t < outputs.size(); t++) {
            int size = output(t).size();
            for (int chunk = 0; chunk < ranks; chunk++) {
                int from = Math.max(start(chunk, ranks, length) - before, 0);
                int to = Math.min(start(chunk + 1, ranks, length) - before, size);
                if (from < to) {
                    mesh(tensors(t), chunk, from, to - from, output(t));
                }
            }
            before += size;
        }
    }

    /// Returns where a chunk of a message starts.
    private static int start(int chunk, int ranks, int length) {
        return Math.min((length + ranks - 1) / ranks * chunk, length);
    }

    /// Starts with the chunk's rank and adds those at distance 1, 2, ….
    private void mesh(List<View> peers, int chunk, int from, int length, View y) {
        int ranks = peers.size();
        View sum = IntStream.range(0, ranks)
                .mapToObj(i -> peers.get((chunk + i) % ranks).slice(0, from, length))
                .reduce(algebra::add)
                .orElseThrow();
        algebra.copy(sum, y.slice(0, from, length));
    }

    /// Adds the upper half to the lower one until one is left; ranks beyond the largest power of two are added first.
    private View halved(List<View> all) {
        List<View> left = new ArrayList<>(all);
        int power = Integer.highestOneBit(left.size());
        for (int half = left.size() == power ? power / 2 : power; half >= 1; half /= 2) {
            for (int rank = half; rank < left.size(); rank++) {
                left.set(rank - half, algebra.add(left.get(rank - half), left.get(rank)));
            }
            left.subList(half, left.size()).clear();
        }
        return left.getFirst();
    }

    private void max() {
        for (int t = 0; t < outputs.size(); t++) {
            View largest = tensors(t).stream().reduce(this::larger).orElseThrow();
            algebra.copy(largest, output(t));
        }
    }

    /// NaN is larger than all.
    private View larger(View a, View b) {
        if (a.type() == DataType.INT32) {
            View y = commands.scratch(a.type(), a.shape());
            commands.call("aclnnMaximum", a, b, y);
            return y;
        }
        return algebra.where(algebra.isNan(a), a, algebra.where(algebra.greater(a, b), a, b));
    }
}
