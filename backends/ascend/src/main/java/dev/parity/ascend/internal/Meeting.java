package dev.parity.ascend.internal;

import dev.parity.ascend.internal.cann.Event;
import dev.parity.ascend.internal.ops.CollectiveOps;
import dev.parity.ascend.internal.ops.Commands;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.Value;
import java.util.List;
import java.util.function.ToLongFunction;

/// A collective of ranks that are streams of one device: each waits for the others' events and reads their memory
/// where it lies.
final class Meeting implements Runnable {
    private final AscendBackend backend;
    private final Rank rank;
    private final Node node;
    private final int position;
    private final ToLongFunction<Value> addresses;
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
            AscendBackend backend,
            Rank rank,
            Op.Collective op,
            Node node,
            ToLongFunction<Value> addresses,
            Commands commands) {
        this.backend = backend;
        this.rank = rank;
        this.node = node;
        this.addresses = addresses;
        this.commands = commands;
        List<Integer> group = op.group().of(rank.index());
        position = group.indexOf(rank.index());
        List<Long> inputs = node.inputs().stream().map(addresses::applyAsLong).toList();
        mine = new Shown(inputs, commands.own(rank.event()), commands.own(rank.event()));
        reading = backend.communicator().exchange(group, rank.index(), mine, this::read, false);
        waiting = backend.communicator().exchange(group, rank.index(), mine, this::await, true);
    }

    /// Makes the step of a collective.
    ///
    /// @param commands closed by the caller
    /// @return to be run once a run of the program
    static Runnable of(
            AscendBackend backend,
            Rank rank,
            Op.Collective op,
            Node node,
            ToLongFunction<Value> addresses,
            Commands commands) {
        commands.reason(node);
        return backend.hccl()
                .map(hccl -> hccl.step(rank.index(), backend.communicator(), op, node, addresses, commands))
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
            rank.stream().synchronize();
            commands.forget();
            commands.reason(node);
            List<List<Long>> inputs = peers.stream().map(Shown::inputs).toList();
            CollectiveOps.add(node, backend.way(), addresses, inputs, position, commands);
        }
        commands.issue();
        mine.done().record(rank.stream());
    }
}
