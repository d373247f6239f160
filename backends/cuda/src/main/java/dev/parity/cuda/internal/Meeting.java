package dev.parity.cuda.internal;

import dev.parity.cuda.internal.driver.Arguments.Struct;
import dev.parity.cuda.internal.driver.Event;
import dev.parity.cuda.internal.ops.Commands;
import dev.parity.spi.BackendException;
import dev.parity.spi.ElementType;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// A collective of ranks that are streams of one device: each waits for the others' events and reads their
/// memory where it lies.
final class Meeting implements Runnable {
    /// Ranks that a kernel can read (collectives.cu).
    private static final int RANKS = 32;

    private final Rank rank;
    private final Node node;
    private final int position;
    private final List<Long> outputs;
    private final Commands commands;
    private final Shown mine;
    private final Runnable reading;
    private final Runnable waiting;
    private List<Shown> peers = List.of();

    /// What a rank shows the others.
    ///
    /// @param inputs addresses of its tensors
    /// @param ready recorded when they are written
    /// @param done recorded when it has read the others'
    private record Shown(List<Long> inputs, Event ready, Event done) {}

    private Meeting(
            CudaBackend backend,
            Rank rank,
            Op.Collective op,
            Node node,
            ToLongFunction<Value> addresses,
            Commands commands) {
        this.rank = rank;
        this.node = node;
        this.commands = commands;
        List<Integer> group = op.group().of(rank.index());
        position = group.indexOf(rank.index());
        outputs = node.outputs().stream().map(addresses::applyAsLong).toList();
        List<Long> inputs = node.inputs().stream().map(addresses::applyAsLong).toList();
        Event ready = commands.own(new Event(rank.device()));
        mine = new Shown(inputs, ready, commands.own(new Event(rank.device())));
        reading = backend.communicator().exchange(group, rank.index(), mine, this::read, false);
        waiting = backend.communicator().exchange(group, rank.index(), mine, this::await, true);
    }

    /// Makes the step of a collective.
    ///
    /// @param commands closed by the caller
    /// @return to be run once a run of the program
    static Runnable of(
            CudaBackend backend,
            Rank rank,
            Op.Collective op,
            Node node,
            ToLongFunction<Value> addresses,
            Commands commands) {
        commands.reason(node);
        if (op.group().size() > RANKS) {
            throw new BackendException("%s: %d ranks on one device, it can have %d"
                    .formatted(node, op.group().size(), RANKS));
        }
        return backend.nccl()
                .map(nccl -> nccl.step(rank.index(), backend.communicator(), op, node, addresses, commands))
                .orElseGet(() -> new Meeting(backend, rank, op, node, addresses, commands));
    }

    @Override
    public void run() {
        mine.ready().record(rank.stream());
        reading.run();
        waiting.run();
    }

    /// Nobody writes to what it has shown before the others have read it.
    private void await(List<Shown> shown) {
        shown.forEach(peer -> rank.stream().await(peer.done()));
    }

    private void read(List<Shown> shown) {
        shown.forEach(peer -> rank.stream().await(peer.ready()));
        if (!peers.equals(shown)) { // in the first run, or if a peer has bound the program once more
            peers = List.copyOf(shown);
            commands.forget();
            add();
        }
        commands.issue();
        mine.done().record(rank.stream());
    }

    private void add() {
        switch ((Op.Collective) node.op()) {
            case Op.AllReduce all -> allReduce(all.reduction());
            case Op.AllToAll _ -> {
                long block = bytes(0) / peers.size();
                for (int i = 0; i < peers.size(); i++) {
                    commands.copy(
                            peers.get(i).inputs().getFirst() + position * block, outputs.getFirst() + i * block, block);
                }
            }
            case Op.Broadcast _ -> {
                for (int t = 0; t < outputs.size(); t++) {
                    commands.copy(peers.getFirst().inputs().get(t), outputs.get(t), bytes(t));
                }
            }
        }
    }

    private long bytes(int tensor) {
        Value value = node.input(tensor);
        return (long) value.shape().size() * value.element().bytes();
    }

    /// All tensors are one message, whose chunks start with different ranks.
    private void allReduce(Op.Reduction reduction) {
        ElementType type = node.output().element();
        boolean integers = type == ElementType.INT32;
        ElementType file = integers ? ElementType.FP32 : type;
        String kernel = (reduction == Op.Reduction.SUM ? "sum_ranks" : "max_ranks") + (integers ? "_int32" : "");
        int length =
                node.outputs().stream().mapToInt(value -> value.shape().size()).sum();
        int before = 0;
        for (int t = 0; t < outputs.size(); t++) {
            int size = node.input(t).shape().size();
            Struct tensors = tensors(t);
            if (reduction == Op.Reduction.SUM && !integers) {
                commands.forEach(
                        "collectives", file, kernel, size, tensors, outputs.get(t), peers.size(), before, length);
            } else {
                commands.forEach("collectives", file, kernel, size, tensors, outputs.get(t), peers.size());
            }
            before += size;
        }
    }

    /// The addresses of one tensor on all ranks, as many as a kernel takes.
    private Struct tensors(int tensor) {
        List<Object> addresses = new ArrayList<>();
        peers.forEach(peer -> addresses.add(peer.inputs().get(tensor)));
        while (addresses.size() < RANKS) {
            addresses.add(0L);
        }
        return new Struct(addresses);
    }
}
