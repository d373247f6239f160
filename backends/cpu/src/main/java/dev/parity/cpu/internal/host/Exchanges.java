package dev.parity.cpu.internal.host;

import dev.parity.spi.Communicator.Exchange;
import dev.parity.spi.Node;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import java.util.List;
import java.util.function.Predicate;

/// The collectives of one plan.
public final class Exchanges {
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
    /// @param stays asked of each collective in turn, whether what it shows stays as it is until its
    ///     group has met in the next run
    /// @return exchanges of the same program and rank
    public Exchanges with(Predicate<Node> stays) {
        return new Exchanges(program, rank, stays);
    }

    /// Returns the rank's place in its group.
    ///
    /// @param group that the rank belongs to
    /// @return 0 to the group's size - 1
    public int position(ProcessGroup group) {
        return group.of(rank.index()).indexOf(rank.index());
    }

    /// Makes the work of a collective: show a buffer, then read those of the group.
    ///
    /// The buffers stay as they are until the next run of the program. So the group only has to meet
    /// again after its last collective, and not even then if the last buffer stays until the group's
    /// first meeting of the next run: each meeting proves that all have read the buffers of those before.
    ///
    /// @param node the collective
    /// @param group who meets
    /// @param mine the buffer to show
    /// @param work reads the buffers of all
    /// @return the work
    /// @param <B> what is shown
    public <B> Runnable exchange(Node node, ProcessGroup group, B mine, Exchange<B> work) {
        boolean kept = stays.test(node);
        List<Integer> ranks = group.of(rank.index());
        List<Node> nodes = program.nodes();
        boolean last = nodes.subList(nodes.indexOf(node) + 1, nodes.size()).stream()
                .noneMatch(later -> later.op() instanceof Op.Collective collective
                        && collective.group().of(rank.index()).equals(ranks));
        return rank.communicator().exchange(ranks, rank.index(), mine, work, last && !kept);
    }
}
