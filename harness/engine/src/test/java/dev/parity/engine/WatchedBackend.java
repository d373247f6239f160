package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Executable;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import dev.parity.spi.WrappedBackend;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A backend whose memory could be used after it was freed: it counts what is allocated or bound,
/// freed, aborted and closed, and what was freed while a rank ran a program.
final class WatchedBackend implements WrappedBackend {
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
        public void write(int from, float[] values, int offset, int length) {
            inner.write(from, values, offset, length);
        }

        @Override
        public void read(double[] values) {
            inner.read(values);
        }

        @Override
        public void close() {
            owner.free();
            inner.close();
        }
    }

    private record WatchedBound(Bound inner, WatchedBackend owner, int rank, String program) implements Bound {
        @Override
        public void run() {
            owner.running.incrementAndGet();
            try {
                owner.hook.before(rank, program);
                inner.run();
            } finally {
                owner.running.decrementAndGet();
            }
        }

        @Override
        public void close() {
            owner.free();
            inner.close();
        }
    }

    private void free() {
        freed.incrementAndGet();
        freedInUse.addAndGet(running.get() > 0 ? 1 : 0);
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
        return (rank, bindings) -> {
            Bindings bare = new Bindings(bare(bindings.inputs()), bare(bindings.outputs()));
            Bound bound = executable.bind(rank, bare);
            allocated.incrementAndGet();
            return new WatchedBound(bound, this, rank, program.name());
        };
    }

    private static Map<String, Tensor> bare(Map<String, Tensor> tensors) {
        Map<String, Tensor> bare = new HashMap<>();
        tensors.forEach((name, tensor) -> bare.put(name, ((Watched) tensor).inner));
        return bare;
    }

    @Override
    public Backend inner() {
        return inner;
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
}
