package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Bindings;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.NumericMode;
import dev.parity.spi.Op;
import dev.parity.spi.Program;
import dev.parity.spi.Support;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A backend whose memory could be used after it was freed: it counts what is allocated, freed, aborted and
/// closed, and which memory was freed while a rank ran a program.
final class WatchedBackend implements Backend {
    /// What a rank does in a program before it computes.
    interface Hook {
        void before(int rank, String program);
    }

    final AtomicInteger allocated = new AtomicInteger();
    final AtomicInteger freed = new AtomicInteger();
    final AtomicInteger freedInUse = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final CountDownLatch stopped = new CountDownLatch(1);
    int limit = Integer.MAX_VALUE;
    private final AtomicInteger running = new AtomicInteger();
    private final Backend inner;
    private final Hook hook;

    WatchedBackend(Backend inner, Hook hook) {
        this.inner = inner;
        this.hook = hook;
    }

    /// Keeps a rank in its program until the run is told to stop, and a while longer.
    void linger() {
        try {
            if (!stopped.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody stopped the run");
            }
            Thread.sleep(300);
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException("a rank was interrupted", interrupt);
        }
    }

    private record Watched(Tensor inner, WatchedBackend owner) implements Tensor {
        @Override
        public TensorType type() {
            return inner.type();
        }

        @Override
        public void write(double[] values) {
            inner.write(values);
        }

        @Override
        public void writeEntry(int entry, byte[] codes, int from, float[] table) {
            inner.writeEntry(entry, codes, from, table);
        }

        @Override
        public void read(double[] values) {
            inner.read(values);
        }

        @Override
        public void close() {
            owner.freed.incrementAndGet();
            owner.freedInUse.addAndGet(owner.running.get() > 0 ? 1 : 0);
            inner.close();
        }
    }

    @Override
    public Tensor allocate(int rank, TensorType type) {
        if (allocated.get() == limit) {
            throw new BackendException("out of memory");
        }
        allocated.incrementAndGet();
        return new Watched(inner.allocate(rank, type), this);
    }

    @Override
    public Executable compile(Program program) {
        Executable executable = inner.compile(program);
        IdentityHashMap<Bindings, Bindings> known = new IdentityHashMap<>();
        return (rank, bindings) -> {
            Bindings bare;
            synchronized (known) {
                bare = known.computeIfAbsent(bindings, b -> new Bindings(bare(b.inputs()), bare(b.outputs())));
            }
            running.incrementAndGet();
            try {
                hook.before(rank, program.name());
                executable.run(rank, bare);
            } finally {
                running.decrementAndGet();
            }
        };
    }

    private static Map<String, Tensor> bare(Map<String, Tensor> tensors) {
        Map<String, Tensor> bare = new HashMap<>();
        tensors.forEach((name, tensor) -> bare.put(name, ((Watched) tensor).inner));
        return bare;
    }

    @Override
    public void abort(Throwable cause) {
        inner.abort(cause);
        stopped.countDown();
    }

    @Override
    public void close() {
        closed.incrementAndGet();
        inner.close();
        stopped.countDown();
    }

    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public NumericMode mode() {
        return inner.mode();
    }

    @Override
    public int world() {
        return inner.world();
    }

    @Override
    public String device(int rank) {
        return inner.device(rank);
    }

    @Override
    public Support supports(Op op, ElementType type) {
        return inner.supports(op, type);
    }
}
