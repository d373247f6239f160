package dev.parity.cpu.internal;

import dev.parity.spi.BackendException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Where the rank threads of a group wait for each other; reusable. Waiters spin briefly when every rank
/// has a core of its own, and then sleep.
final class Barrier {
    private static final int SPINS = 5_000;

    private final int parties;
    private final int spins;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile int generation;
    private volatile @Nullable Throwable failure;

    Barrier(int parties, boolean spin) {
        this.parties = parties;
        this.spins = spin ? SPINS : 0;
    }

    void await() {
        int mine = generation;
        if (arrived.incrementAndGet() == parties) {
            arrived.set(0);
            synchronized (this) {
                generation = mine + 1;
                notifyAll();
            }
        } else {
            for (int i = 0; i < spins && generation == mine && failure == null; i++) {
                Thread.onSpinWait();
            }
            sleepWhile(mine);
        }
        Throwable broken = failure;
        if (broken != null) {
            throw new BackendException("another rank of the group failed", broken);
        }
    }

    private void sleepWhile(int mine) {
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

    /// Lets every waiter, now and later, fail.
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }
}
