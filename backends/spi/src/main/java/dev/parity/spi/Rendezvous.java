package dev.parity.spi;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Where the threads of ranks wait for each other, again and again.
///
/// Waiters spin for a moment if every rank can have a core of its own, then give way to others, then sleep.
public final class Rendezvous {
    private static final int SPINS = 2_000;

    /// Far longer than it takes to wake a sleeper, or two ranks that once slept would keep each other waiting,
    /// and sleeping, at every meeting.
    private static final int YIELDS = 2_000;

    private final int parties;
    private final boolean spins;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile int generation;
    private volatile @Nullable Throwable failure;

    /// Makes a rendezvous.
    ///
    /// @param parties number of ranks, at least 1
    public Rendezvous(int parties) {
        this.parties = parties;
        spins = parties <= Runtime.getRuntime().availableProcessors();
    }

    /// Waits for all.
    ///
    /// @throws BackendException if another rank failed
    public void await() {
        int mine = generation;
        if (arrived.incrementAndGet() == parties) {
            arrived.set(0);
            synchronized (this) {
                generation = mine + 1;
                notifyAll();
            }
        } else {
            waitWhile(mine);
        }
        Throwable broken = failure;
        if (broken != null) {
            throw new BackendException("another rank of the group failed", broken);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // only speed depends on it: the rank waited for may need this core
    private void waitWhile(int mine) {
        for (int i = 0; spins && i < SPINS + YIELDS && generation == mine && failure == null; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        if (generation != mine) {
            return;
        }
        synchronized (this) {
            while (generation == mine && failure == null) {
                try {
                    wait();
                } catch (InterruptedException interrupt) {
                    Thread.currentThread().interrupt();
                    throw new BackendException("interrupted while waiting for another rank", interrupt);
                }
            }
        }
    }

    /// Returns how often all have met.
    ///
    /// @return at least 0
    public int meetings() {
        return generation;
    }

    /// Lets every waiter, now and later, fail.
    ///
    /// @param cause why
    public synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }
}
