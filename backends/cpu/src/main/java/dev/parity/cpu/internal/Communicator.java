package dev.parity.cpu.internal;

import dev.parity.spi.ProcessGroup;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Shared memory between the ranks of one backend.
final class Communicator {
    private final boolean spin;
    private final AtomicReferenceArray<Object> published;
    private final Map<List<Integer>, Barrier> barriers = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Communicator(int world) {
        spin = world <= Runtime.getRuntime().availableProcessors();
        published = new AtomicReferenceArray<>(world);
    }

    /// What a rank does with the buffers of its peers, in the group's order.
    interface Exchange<B> {
        void with(List<B> peers);
    }

    /// Makes a step in which each rank of a group shows its buffer and then reads those of all others.
    <B> Runnable exchange(ProcessGroup group, int rank, B mine, Exchange<B> work) {
        List<Integer> ranks = group.of(rank);
        Barrier barrier = barriers.computeIfAbsent(ranks, _ -> new Barrier(ranks.size(), spin));
        Throwable earlier = failure.get();
        if (earlier != null) {
            barrier.fail(earlier);
        }
        return () -> {
            published.set(rank, mine);
            barrier.await();
            @SuppressWarnings("unchecked") // every rank runs the same node, so all buffers are of one class
            List<B> peers = ranks.stream().map(peer -> (B) published.get(peer)).toList();
            work.with(peers);
            barrier.await();
        };
    }

    /// Releases all ranks that wait, with an error; this communicator is of no use afterwards.
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        barriers.values().forEach(barrier -> barrier.fail(cause));
    }
}
