package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.trace.TraceRecord;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// A run that stops early leaves a device in order: nothing is freed in use, all is freed in the end, and
/// only the opener closes the backend.
final class StoppedRunTest {
    private static final String TRAINING = "training-step";

    /// The ranks share nothing but the reduction of gradients, so one can be in a program without the
    /// other.
    private static final TrainingConfig CONFIG = Configs.moe(b -> {
        b.epSize = 1;
        return b;
    });

    private static WatchedBackend backend(WatchedBackend.Hook hook) {
        BackendProvider provider = Backends.provider("cpu");
        return new WatchedBackend(provider.open(2, provider.defaultMode()), hook);
    }

    private static void run(WatchedBackend backend) {
        TrainingRun.Observer deaf = new TrainingRun.Observer() {
            @Override
            public void record(TraceRecord item) {
                // nobody reads
            }

            @Override
            public boolean wantsCheckpoint(long step) {
                return false;
            }

            @Override
            public void checkpoint(Checkpoint found) {
                // nobody keeps
            }

            @Override
            public void progress(String phase, long done, long total) {
                // nobody watches
            }
        };
        new TrainingRun(CONFIG, DataSets.of(CONFIG.data()), backend).run(deaf, Optional.empty());
    }

    /// Rank 1 fails in its third step while rank 0 is in its own.
    private static WatchedBackend failing() {
        AtomicInteger steps = new AtomicInteger();
        AtomicReference<WatchedBackend> self = new AtomicReference<>();
        WatchedBackend backend = backend((rank, program) -> {
            if (program.equals(TRAINING) && rank == 1 && steps.incrementAndGet() == 3) {
                throw new IllegalStateException("the device fell off the bus");
            }
            if (program.equals(TRAINING) && rank == 0 && steps.get() == 3) {
                self.get().linger();
            }
        });
        self.set(backend);
        return backend;
    }

    @Test
    void aFailingRankStopsTheOthersAndIsTheReason() {
        assertThatThrownBy(() -> run(failing()))
                .isInstanceOf(TrainingException.class)
                .hasMessage("training stopped after step 2: the device fell off the bus");
    }

    @Test
    void aFailingRankFreesAllButNothingInUse() {
        WatchedBackend backend = failing();
        assertThatThrownBy(() -> run(backend)).isInstanceOf(TrainingException.class);
        assertThat(backend.freedInUse).hasValue(0);
        assertThat(backend.freed).hasValue(backend.allocated.get()).hasPositiveValue();
    }

    @Test
    void aFailingRankDoesNotCloseTheBackendThatItsCallerOpened() {
        WatchedBackend backend = failing();
        assertThatThrownBy(() -> run(backend)).isInstanceOf(TrainingException.class);
        assertThat(backend.closed).hasValue(0);
        assertThat(backend.stopped.getCount()).as("aborted").isZero();
    }

    @Test
    void anInterruptWaitsForTheRanksBeforeItFreesTheirTensors() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<WatchedBackend> self = new AtomicReference<>();
        WatchedBackend backend = backend((rank, program) -> {
            if (program.equals(TRAINING) && rank == 0) {
                inside.countDown();
                self.get().linger();
            }
        });
        self.set(backend);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                run(backend);
            } catch (TrainingException stop) {
                thrown.set(stop);
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        inside.await();
        caller.interrupt();
        caller.join();
        assertThat(thrown.get())
                .hasMessageContaining("training stopped after step 0")
                .hasMessageContaining("Interrupted");
        assertThat(interrupted).as("the caller's interrupt flag").isTrue();
        assertThat(backend.freedInUse).hasValue(0);
        assertThat(backend.freed).hasValue(backend.allocated.get()).hasPositiveValue();
        assertThat(backend.closed).hasValue(0);
    }

    @Test
    void memoryThatRunsOutIsFreedToo() {
        WatchedBackend backend = backend((_, _) -> {});
        backend.limit = 20; // in the middle of the first rank's weights
        assertThatThrownBy(() -> run(backend)).isInstanceOf(BackendException.class);
        assertThat(backend.freed).hasValue(20);
    }
}
