package dev.parity.engine;

import com.sun.management.ThreadMXBean;
import dev.parity.spi.Backend;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.Canonical;
import dev.parity.spi.Executable;
import dev.parity.spi.Program;
import dev.parity.spi.Rendezvous;
import dev.parity.trace.Evaluation;
import dev.parity.trace.Provenance;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.SeedStream;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One training run: ranks as threads, each on its own device of a backend, from initial weights to the
/// evaluation.
///
/// What is recorded depends on the configuration, the data and the backend's arithmetic, never on the
/// threads' schedule.
public final class TrainingRun {
    private static final System.Logger LOG = System.getLogger(TrainingRun.class.getName());
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final TrainingConfig config;
    private final DataSets data;
    private final Backend backend;
    private final Model model;
    private final Model.Step step;
    private final Program optimizer;
    private final int stepsPerEpoch;
    private final long totalSteps;
    private final RunIdentity identity;

    /// Prepares a run.
    ///
    /// @param config all settings
    /// @param data what to learn
    /// @param backend where to compute; its world must be the configuration's. A run that breaks aborts
    ///     it, the caller closes it
    public TrainingRun(TrainingConfig config, DataSets data, Backend backend) {
        this.config = config;
        this.data = data;
        this.backend = backend;
        if (backend.world() != config.parallel().world()) {
            throw new IllegalArgumentException("the backend has %d ranks, the configuration %d"
                    .formatted(backend.world(), config.parallel().world()));
        }
        model = new Model(config);
        step = model.trainingStep();
        optimizer = model.optimizerStep();
        identity = new RunIdentity(config, data, backend, model.parameters(), step.program());
        stepsPerEpoch = new Sampler(config, data.train().size()).stepsPerEpoch();
        long all = (long) stepsPerEpoch * config.train().epochs();
        totalSteps =
                config.train().steps() == 0 ? all : Math.min(all, config.train().steps());
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
        return totalSteps;
    }

    /// Describes the run.
    ///
    /// @param context clocks, hosts and versions
    /// @return the provenance
    public Provenance provenance(Map<String, String> context) {
        return identity.provenance(context);
    }

    /// Trains and evaluates.
    ///
    /// @param observer receives the records
    /// @param from where to go on; absent for a new run
    /// @throws DataException if the checkpoint is of another run
    /// @throws TrainingException if a rank or the loss scaler fails, or this thread is interrupted; what
    ///     was recorded before stays valid, no rank runs any more, and all tensors are freed
    /// @return what was measured on the way, for the provenance's context: `bytesAStep`, the most that a
    ///     rank allocated in its last 500 steps; absent after fewer than 2500
    public Map<String, String> run(Observer observer, Optional<Checkpoint> from) {
        from.filter(checkpoint -> !checkpoint.run().equals(identity.checkpoint()))
                .ifPresent(checkpoint -> {
                    throw new DataException("the checkpoint is of another run: expected %s, found %s"
                            .formatted(identity.checkpoint(), checkpoint.run()));
                });
        return new Ranks(observer, from).run();
    }

    /// The state that ranks share, changed only in the barrier between them.
    private final class Ranks {
        private final Observer observer;
        private final Optional<Checkpoint> from;
        private final int world = backend.world();
        private final Executable training = backend.compile(step.program());
        private final Executable update = backend.compile(optimizer);
        private final Executable broadcast = backend.compile(model.broadcast());
        private final Schedule schedule = Schedule.of(config);
        private final List<RankState> states = new ArrayList<>();
        private final List<StepResult> results = new ArrayList<>();
        private final String[] checksums = new String[world];
        private final List<SortedMap<String, double[]>> saved = new ArrayList<>();
        private final Evaluation.Rank[] evaluations = new Evaluation.Rank[world];
        private final List<AllocationWatch> watches = new ArrayList<>();
        private boolean warned;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final Rendezvous meeting = new Rendezvous(world);

        private LossScaler scaler =
                LossScaler.of(config.precision(), config.optimizer().wrapper());
        private long done;
        private long applied;
        private long records;
        private Decision decided = new Decision(true, 0, 0, false, false);
        private @Nullable StepRecord pending;

        Ranks(Observer observer, Optional<Checkpoint> from) {
            this.observer = observer;
            this.from = from;
            from.ifPresent(checkpoint -> {
                done = checkpoint.step();
                applied = checkpoint.applied();
                records = checkpoint.records();
                scaler = scaler.restore(checkpoint.scaler());
            });
        }

        /// What all ranks do with a step.
        private record Decision(boolean skip, double factor, double rate, boolean checksum, boolean checkpoint) {
            boolean settles() {
                return checksum || checkpoint;
            }
        }

        Map<String, String> run() {
            boolean interrupted;
            try {
                for (int rank = 0; rank < world; rank++) {
                    RankState state = new RankState(backend, model, rank);
                    states.add(state);
                    results.add(new StepResult(step, state.bind(step)));
                    saved.add(new TreeMap<>());
                    watches.add(new AllocationWatch(THREADS::getCurrentThreadAllocatedBytes));
                }
                interrupted = runRanks();
            } finally {
                states.forEach(RankState::close);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            Throwable broken = failure.get();
            if (broken != null) {
                String reason = broken.getMessage() == null ? broken.toString() : broken.getMessage();
                throw new TrainingException("training stopped after step %d: %s".formatted(done, reason), broken);
            }
            List<Integer> labels = new ArrayList<>();
            for (int item = 0; item < data.test().size(); item++) {
                labels.add(data.test().label(item));
            }
            emit(new Evaluation(totalSteps, Canonical.name(config.evaluation().mode()), labels, List.of(evaluations)));
            return watches.stream().flatMapToDouble(watch -> watch.bytesAStep().stream()).max().stream()
                    .boxed()
                    .collect(Collectors.toMap(_ -> "bytesAStep", "%.0f"::formatted));
        }

        /// Runs all ranks and returns when the last one has stopped: until then their tensors are in use.
        ///
        /// @return whether this thread was interrupted, which stops the ranks
        private boolean runRanks() {
            List<Thread> threads = new ArrayList<>();
            for (int rank = 0; rank < world; rank++) {
                int mine = rank;
                threads.add(Thread.ofPlatform().name("rank-" + rank).unstarted(() -> guarded(mine)));
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

        private void guarded(int rank) {
            try {
                train(rank);
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
            meeting.fail(broken);
        }

        private static int depth(@Nullable Throwable problem) {
            return problem == null ? 0 : 1 + depth(problem.getCause());
        }

        private void train(int rank) {
            RankState state = states.get(rank);
            initialise(rank, state);
            StepResult result = results.get(rank);
            Bindings bound = result.bound();
            TrainingInputs inputs = new TrainingInputs(config, data.train(), step, bound, rank);
            Bindings updating = state.bindOptimizer(optimizer, step, bound);
            Bound trained = state.bind(training, bound);
            Bound updated = state.bind(update, updating);
            for (long s = done; s < totalSteps; s++) {
                inputs.load(s, scaler.scale());
                trained.run();
                result.read();
                watches.get(rank).step();
                meet(rank, this::decide);
                Decision now = decided;
                if (!now.skip) {
                    Model.known(updating.inputs(), "control").write(model.control(now.factor, now.rate, applied - 1));
                    updated.run();
                }
                if (now.settles()) {
                    checksums[rank] = now.checksum ? state.checksum() : "";
                    if (now.checkpoint) {
                        saved.set(rank, state.save());
                    }
                    meet(rank, this::settle);
                }
            }
            Evaluator evaluator = new Evaluator(config, model, backend, data.test());
            if (rank == 0) {
                observer.progress("evaluation", 0, 1);
            }
            meeting.await();
            evaluations[rank] = evaluator.run(rank, state);
        }

        /// Rank 0 works while the others wait: always the same one, so that its caches stay warm.
        private void meet(int rank, Runnable work) {
            meeting.await();
            if (rank == 0) {
                work.run();
            }
            meeting.await();
        }

        private void initialise(int rank, RankState state) {
            if (from.isPresent()) {
                state.load(from.get().tensors().get(rank));
            } else {
                SeedStream seeds = new SeedStream(config.train().seed());
                for (Parameter parameter : model.parameters()) {
                    if (rank == 0 || parameter.kind() == Parameter.Kind.EXPERT) {
                        double[] values = parameter.initial(seeds);
                        for (int i = 0; i < values.length; i++) {
                            values[i] = parameter.type().element().round(values[i]);
                        }
                        state.state(parameter, "master").write(values);
                    }
                }
                state.bind(broadcast, state.bindBroadcast()).run();
                state.roundWeights();
            }
            meeting.await();
        }

        /// What the host does once for all ranks: scaler, norm, clipping and rate, and the record.
        private void decide() {
            List<double[]> norms = new ArrayList<>();
            List<Double> losses = new ArrayList<>();
            boolean overflow = results.getFirst().overflow[0] != 0;
            for (StepResult result : results) {
                norms.add(result.norms);
                losses.add(result.loss[0]);
            }
            LossScaler before = scaler;
            boolean skip = overflow && before.skipsOverflow();
            scaler = before.update(skip);
            GlobalNorm rule = GlobalNorm.of(config.optimizer().wrapper());
            int ep = config.parallel().epSize();
            double norm = rule.of(model.parameters(), norms, ep);
            double clip = (norm / scaler.scale() + 1e-6) / config.optimizer().gradientClipping();
            double factor = 1 / (scaler.scale() * Math.max(clip, 1));
            double rate = schedule.rate(applied);
            applied += skip ? 0 : 1;
            done++;
            boolean last = done == totalSteps;
            boolean checksum = done % config.trace().replicaEvery() == 0 || last;
            boolean checkpoint = last || observer.wantsCheckpoint(done);
            decided = new Decision(skip, factor, rate, checksum, checkpoint);

            SortedMap<String, Double> gradNorm = new TreeMap<>();
            for (int i = 0; i < model.parameters().size(); i++) {
                Parameter parameter = model.parameters().get(i);
                gradNorm.put(parameter.name(), GlobalNorm.ofParameter(parameter, i, norms, ep) / before.scale());
            }
            gradNorm.put(StepRecord.GLOBAL, norm / before.scale());
            pending = new StepRecord(
                    done,
                    (int) ((done - 1) / stepsPerEpoch) + 1,
                    losses,
                    before.scale(),
                    skip,
                    rate,
                    gradNorm,
                    StepResult.expertCounts(results),
                    StepResult.dropped(results),
                    List.of(),
                    config.trace().routing()
                            ? StepResult.routing(results, config.train().microBatch())
                            : List.of());
            event(before, skip).ifPresent(this::emit);
            if (!decided.settles()) {
                emit(pending);
            }
            observer.progress("training", done, totalSteps);
            for (AllocationWatch watch : warned ? List.<AllocationWatch>of() : watches) {
                watch.warning().ifPresent(this::warn);
            }
        }

        private void warn(String sentence) {
            if (!warned) {
                warned = true;
                LOG.log(System.Logger.Level.WARNING, sentence);
            }
        }

        /// Tells what the scaler did, if anything: a static one skips a step and keeps its scale.
        private Optional<ScaleEvent> event(LossScaler before, boolean skipped) {
            int epoch = (int) ((done - 1) / stepsPerEpoch) + 1;
            Optional<ScaleEvent.Kind> kind = Optional.empty();
            if (scaler.scale() > before.scale()) {
                kind = Optional.of(ScaleEvent.Kind.GREW);
            } else if (skipped) {
                kind = switch (scaler) {
                    case LossScaler.None _, LossScaler.Static _ -> Optional.empty();
                    case LossScaler.Zero zero ->
                        Optional.of(
                                zero.scale() == before.scale() ? ScaleEvent.Kind.HYSTERESIS : ScaleEvent.Kind.REDUCED);
                    case LossScaler.Unfused _ -> Optional.of(ScaleEvent.Kind.REDUCED);
                };
            }
            return kind.map(what -> new ScaleEvent(epoch, done, true, what, before.scale(), scaler.scale(), null));
        }

        /// After a step whose weights are looked at: checksums into its record, then the checkpoint.
        private void settle() {
            StepRecord found = pending;
            if (found != null) {
                emit(new StepRecord(
                        found.step(),
                        found.epoch(),
                        found.loss(),
                        found.scale(),
                        found.skipped(),
                        found.lr(),
                        found.gradNorm(),
                        found.expertCounts(),
                        found.dropped(),
                        decided.checksum ? List.of(checksums) : List.of(),
                        found.routing()));
            }
            if (decided.checkpoint) {
                observer.checkpoint(
                        new Checkpoint(identity.checkpoint(), done, applied, records, scaler.state(), saved));
            }
        }

        private void emit(TraceRecord item) {
            records++;
            observer.record(item);
        }
    }
}
