package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.trace.Provenance;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One training run: ranks as threads, each on its own device of a backend, from initial weights to the
/// evaluation.
///
/// What is recorded depends on the configuration, the data and the backend's arithmetic, never on the
/// threads' schedule.
public final class TrainingRun {
    private final TrainingPlan plan;
    private final Backend backend;
    private final RunProvenance provenance;
    private final boolean evaluates;

    /// Prepares a run with the parts that DeepSpeed would choose.
    ///
    /// @param config all settings
    /// @param data what to learn
    /// @param backend where to compute; its world must be the configuration's. A run that breaks aborts it,
    ///     the caller closes it
    public TrainingRun(TrainingConfig config, DataSets data, Backend backend) {
        this(config, data, backend, TrainingParts.of(config));
    }

    /// Prepares a run.
    ///
    /// @param config all settings
    /// @param data what to learn
    /// @param backend where to compute; its world must be the configuration's. A run that breaks aborts it,
    ///     the caller closes it
    /// @param parts the rules that it follows; the provenance names those that are not the configuration's
    public TrainingRun(TrainingConfig config, DataSets data, Backend backend, TrainingParts parts) {
        if (backend.world() != config.parallel().world()) {
            throw new IllegalArgumentException("the backend has %d ranks, the configuration %d"
                    .formatted(backend.world(), config.parallel().world()));
        }
        this.backend = backend;
        plan = TrainingPlan.of(config, data, parts);
        provenance = new RunProvenance(config, data, backend, parts);
        evaluates = true;
    }

    /// A part of a run, without the evaluation at its end.
    private TrainingRun(TrainingRun whole, long last) {
        backend = whole.backend;
        plan = whole.plan.upTo(last);
        provenance = whole.provenance;
        evaluates = false;
    }

    /// What a caller wants to know and decides while a run goes on. Called on a rank's thread, one call at
    /// a time.
    public interface Observer {
        /// Receives a trace record.
        ///
        /// @param item the next record after the header
        void record(TraceRecord item);

        /// Says whether a checkpoint is due.
        ///
        /// @param step steps done
        /// @return whether [#checkpoint] shall be called after this step
        boolean wantsCheckpoint(long step);

        /// Receives a checkpoint.
        ///
        /// @param checkpoint the state after a step
        void checkpoint(Checkpoint checkpoint);

        /// Hears of progress.
        ///
        /// @param phase `training` or `evaluation`
        /// @param done steps done
        /// @param total steps in all
        void progress(String phase, long done, long total);
    }

    /// Returns the number of steps.
    ///
    /// @return skipped ones counted
    public long totalSteps() {
        return plan.totalSteps();
    }

    /// Describes the run.
    ///
    /// @param context clocks, hosts and versions
    /// @return the provenance
    public Provenance provenance(Map<String, String> context) {
        return provenance.provenance(context);
    }

    /// Trains and evaluates.
    ///
    /// @param observer receives the records
    /// @param from where to go on; absent for a new run
    /// @throws DataException if the checkpoint is of another run
    /// @throws TrainingException if a rank or the loss scaler fails, or this thread is interrupted; what
    ///     was recorded before stays valid, no rank runs any more, and all tensors are freed
    /// @return what was measured on the way, for the provenance's context: `bytesAStep`, the most that a rank
    ///     allocated in its last 500 steps; absent after fewer than 2500
    public Map<String, String> run(Observer observer, Optional<Checkpoint> from) {
        String mine = provenance.checkpoint(backend);
        from.filter(checkpoint -> !checkpoint.run().equals(mine)).ifPresent(checkpoint -> {
            throw new DataException(
                    "the checkpoint is of another run: expected %s, found %s".formatted(mine, checkpoint.run()));
        });
        return new Ranks(new Host(plan, mine, observer, from)).run(from);
    }

    /// Trains up to a step, without an evaluation. Unlike [#run] it may go on from another device's checkpoint.
    ///
    /// @param last the last step, from 1
    /// @param observer receives the records
    /// @param from where to go on; absent for a new run
    /// @param origins backends whose runs of the same settings the checkpoint may be of
    /// @throws DataException if the checkpoint is of another run
    /// @throws TrainingException as [#run] does
    public void train(long last, Observer observer, Optional<Checkpoint> from, List<Backend> origins) {
        List<String> known = origins.stream().map(provenance::checkpoint).toList();
        from.filter(checkpoint -> !known.contains(checkpoint.run())).ifPresent(checkpoint -> {
            throw new DataException("the checkpoint is of another run: expected one of %s, found %s"
                    .formatted(known, checkpoint.run()));
        });
        TrainingRun part = new TrainingRun(this, last);
        part.new Ranks(new Host(part.plan, provenance.checkpoint(backend), observer, from)).run(from);
    }

    /// The ranks of one call of [#run].
    private final class Ranks {
        private final Host host;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Ranks(Host host) {
            this.host = host;
        }

        Map<String, String> run(Optional<Checkpoint> from) {
            RankLoop.Programs programs = RankLoop.Programs.compile(plan, backend);
            List<RankState> states = new ArrayList<>();
            boolean interrupted;
            try {
                for (int rank = 0; rank < backend.world(); rank++) {
                    RankState state = new RankState(backend, plan.optimizer(), rank);
                    states.add(state);
                    host.join(new RankLoop(plan, backend, programs, host, state, rank));
                }
                interrupted = runRanks(from);
            } finally {
                states.forEach(RankState::close);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Throwable broken = failure.get();
            if (broken != null) {
                String reason = broken.getMessage() == null ? broken.toString() : broken.getMessage();
                throw new TrainingException(
                        "training stopped after step %d: %s".formatted(host.done(), reason), broken);
            }
            if (evaluates) {
                host.finish();
            }
            return host.ranks().stream().flatMapToDouble(rank -> rank.watch().bytesAStep().stream()).max().stream()
                    .boxed()
                    .collect(Collectors.toMap(_ -> "bytesAStep", "%.0f"::formatted));
        }

        /// Runs all ranks and returns when the last one has stopped: until then their tensors are in use.
        ///
        /// @return whether this thread was interrupted, which stops the ranks
        private boolean runRanks(Optional<Checkpoint> from) {
            List<Thread> threads = new ArrayList<>();
            for (RankLoop rank : host.ranks()) {
                threads.add(Thread.ofPlatform()
                        .name("rank-" + threads.size())
                        .unstarted(() -> guarded(() -> rank.run(from, evaluates))));
            }
            try {
                threads.forEach(Thread::start);
            } catch (OutOfMemoryError broken) { // no thread left: those that run must stop first
                fail(broken);
            }
            boolean interrupted = false;
            for (Thread thread : threads) {
                while (thread.isAlive()) {
                    try {
                        thread.join();
                    } catch (InterruptedException interrupt) {
                        interrupted = true;
                        fail(interrupt);
                    }
                }
            }
            return interrupted;
        }

        private void guarded(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException | Error broken) {
                fail(broken);
            }
        }

        /// Keeps the failure that is nearest to its cause (ranks that a failed one released fail too, with
        /// longer chains), and releases the ranks that wait.
        private void fail(Throwable broken) {
            failure.accumulateAndGet(
                    broken, (kept, found) -> kept == null || depth(found) < depth(kept) ? found : kept);
            backend.abort(broken);
            host.fail(broken);
        }

        private static int depth(@Nullable Throwable problem) {
            return problem == null ? 0 : 1 + depth(problem.getCause());
        }
    }
}
