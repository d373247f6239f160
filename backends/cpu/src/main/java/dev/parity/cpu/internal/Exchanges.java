package dev.parity.cpu.internal;

import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import java.util.List;

/// The collectives of one plan.
final class Exchanges {
    private final Program program;
    private final Rank rank;

    Exchanges(Program program, Rank rank) {
        this.program = program;
        this.rank = rank;
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
    /// after its last collective: each later one proves that all have read the buffers of those before.
    <B> Runnable exchange(Node node, ProcessGroup group, B mine, Communicator.Exchange<B> work) {
        List<Integer> ranks = group.of(rank.index);
        List<Node> nodes = program.nodes();
        boolean last = nodes.subList(nodes.indexOf(node) + 1, nodes.size()).stream()
                .noneMatch(later -> later.op() instanceof Op.Collective collective
                        && collective.group().of(rank.index).equals(ranks));
        return rank.communicator.exchange(ranks, rank.index, mine, work, last);
    }
}
