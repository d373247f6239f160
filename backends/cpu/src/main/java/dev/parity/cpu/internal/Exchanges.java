package dev.parity.cpu.internal;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import java.util.List;
import java.util.function.Predicate;

/// The collectives of one plan.
final class Exchanges {
    private final Program program;
    private final Rank rank;
    private final Predicate<Node> stays;

    Exchanges(Program program, Rank rank) {
        this(program, rank, _ -> false);
    }

    private Exchanges(Program program, Rank rank, Predicate<Node> stays) {
        this.program = program;
        this.rank = rank;
        this.stays = stays;
    }

    /// Returns the same collectives for a plan that knows of buffers that outlive a run.
    ///
    /// @param stays asked of each collective in turn, whether what it shows stays as it is until its group has met
    ///     in the next run
    Exchanges with(Predicate<Node> stays) {
        return new Exchanges(program, rank, stays);
    }

    Rank rank() {
        return rank;
    }

    /// Returns the rank's place in its group.
    int position(ProcessGroup group) {
        return group.of(rank.index).indexOf(rank.index);
    }

    /// Makes the work of a collective: show a buffer, then read those of the group.
    ///
    /// The buffers stay as they are until the next run of the program. So the group only has to meet again
    /// after its last collective, and not even then if the last buffer stays until the group's first meeting of
    /// the next run: each meeting proves that all have read the buffers of those before.
    <B> Runnable exchange(Node node, ProcessGroup group, B mine, Communicator.Exchange<B> work) {
        boolean kept = stays.test(node);
        List<Integer> ranks = group.of(rank.index);
        List<Node> nodes = program.nodes();
        boolean last = nodes.subList(nodes.indexOf(node) + 1, nodes.size()).stream()
                .noneMatch(later -> later.op() instanceof Op.Collective collective
                        && collective.group().of(rank.index).equals(ranks));
        return rank.communicator.exchange(ranks, rank.index, mine, work, last && !kept);
    }
}
