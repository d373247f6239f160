package dev.parity.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Where the ranks of one backend meet in memory that they share, and learn that one of them failed.
public final class Communicator {
    private final Map<List<Integer>, Meeting> meetings = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// Makes a communicator that nobody has used.
    public Communicator() {}

    /// What a rank does with the buffers of its peers.
    ///
    /// @param <B> a buffer
    @FunctionalInterface
    public interface Exchange<B> {
        /// Reads what the peers show.
        ///
        /// @param peers the buffers in the group's order, its own among them
        void with(List<B> peers);
    }

    /// Where a group of ranks meets, and what each one shows there.
    ///
    /// A rank can be one exchange ahead of a peer that still reads, so buffers are shown in two places by
    /// turns.
    private static final class Meeting {
        final Rendezvous rendezvous;
        final Object[][] shown;
        final int[] turns;

        Meeting(int size) {
            rendezvous = new Rendezvous(size);
            shown = new Object[2][size];
            turns = new int[size];
        }
    }

    /// Makes a step in which each rank of a group shows its buffer and then reads those of all others.
    ///
    /// @param ranks the group
    /// @param rank who this is
    /// @param mine its buffer
    /// @param work reads the buffers
    /// @param last whether the buffer may be written to as soon as this rank has done its work
    /// @return the step
    /// @param <B> what is shown
    public <B> Runnable exchange(List<Integer> ranks, int rank, B mine, Exchange<B> work, boolean last) {
        Meeting meeting = meetings.computeIfAbsent(ranks, _ -> new Meeting(ranks.size()));
        failure().ifPresent(meeting.rendezvous::fail);
        int position = ranks.indexOf(rank);
        List<B> peers = new ArrayList<>(ranks.stream().map(_ -> mine).toList());
        return () -> {
            Object[] shown = meeting.shown[meeting.turns[position]++ & 1];
            shown[position] = mine;
            meeting.rendezvous.await();
            for (int i = 0; i < shown.length; i++) {
                @SuppressWarnings("unchecked") // every rank runs the same node, so all buffers are of one class
                B peer = (B) shown[i];
                peers.set(i, peer);
            }
            work.with(peers);
            if (last) {
                meeting.rendezvous.await();
            }
        };
    }

    /// Refuses to go on after a failure, so that ranks that meet nobody stop too.
    ///
    /// @param id of the backend
    /// @throws BackendException with what was given to [#fail] first
    public void checkNotFailed(String id) {
        failure().ifPresent(cause -> {
            throw new BackendException("%s was aborted: %s".formatted(id, cause), cause);
        });
    }

    /// Returns what was given to [#fail] first.
    private Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /// Returns how often the ranks of a group have met, over all groups.
    ///
    /// @return at least 0
    public long meetings() {
        return meetings.values().stream()
                .mapToLong(meeting -> meeting.rendezvous.meetings())
                .sum();
    }

    /// Releases all ranks that wait, with an error; this communicator is of no use afterwards.
    ///
    /// @param cause why; the first one counts
    public void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        meetings.values().forEach(meeting -> meeting.rendezvous.fail(cause));
    }
}
