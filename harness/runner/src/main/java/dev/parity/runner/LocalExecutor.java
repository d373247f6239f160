package dev.parity.runner;

import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// Makes runs in this process, some at a time. What they record does not depend on how many.
public final class LocalExecutor implements RunExecutor {
    private static final int MOST = 256;

    private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(5);

    private final int parallel;
    private final Duration checkpointEvery;

    /// Prepares an executor whose runs keep a checkpoint every five seconds.
    ///
    /// @param parallel runs at a time, 1 to 256
    public LocalExecutor(int parallel) {
        this(parallel, CHECKPOINT_EVERY);
    }

    /// Prepares an executor.
    ///
    /// @param parallel runs at a time, 1 to 256
    /// @param checkpointEvery time between two checkpoints of a run, a millisecond to a day
    public LocalExecutor(int parallel, Duration checkpointEvery) {
        if (parallel < 1 || parallel > MOST) {
            throw new IllegalArgumentException("parallel must be 1 to %d, was %d".formatted(MOST, parallel));
        }
        if (checkpointEvery.toMillis() < 1 || checkpointEvery.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("seconds between checkpoints must be 0.001 to 86400, were %s"
                    .formatted(checkpointEvery.toMillis() / 1e3));
        }
        this.parallel = parallel;
        this.checkpointEvery = checkpointEvery;
    }

    @Override
    public void check(RunPlan plan) {
        Set<List<Object>> checked = new HashSet<>();
        for (RunPlan.Run run : plan.runs()) {
            RunSpec spec = run.spec();
            if (checked.add(List.of(spec.side(), spec.fault(), spec.config().parallel()))) {
                spec.open().close();
                spec.parts();
            }
            if (Files.isDirectory(run.trace())) {
                throw new IllegalArgumentException(
                        "%s is a folder: expected a trace file to write".formatted(run.trace()));
            }
        }
    }

    @Override
    public List<Path> execute(RunPlan plan, boolean resume, Progress progress) {
        Map<TrainingConfig.Data, DataSets> data = new HashMap<>();
        for (RunPlan.Run run : plan.runs()) {
            data.computeIfAbsent(run.spec().config().data(), DataSets::of);
            makeFolder(run.trace());
        }
        AtomicBoolean stopped = new AtomicBoolean();
        List<Path> traces = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(parallel)) {
            Map<Path, Future<Boolean>> begun = new HashMap<>();
            for (int i = 0; i < plan.runs().size(); i++) {
                RunPlan.Run run = plan.runs().get(i);
                RunSpec spec = run.spec();
                int number = i + 1;
                Recorder recorder = new Recorder(spec, known(data, spec), checkpointEvery, System::nanoTime);
                Recorder.Progress heard = (phase, done, total) ->
                        progress.at(spec.name(), number, plan.runs().size(), phase, done, total);
                begun.computeIfAbsent(
                        run.trace(),
                        trace ->
                                pool.submit(() -> unlessStopped(stopped, () -> recorder.record(trace, resume, heard))));
            }
            try {
                for (RunPlan.Run run : plan.runs()) {
                    if (await(run.spec().name(), Objects.requireNonNull(begun.get(run.trace())))) {
                        progress.finished(run);
                        traces.add(run.trace());
                    } // else one that failed before it began is still to come
                }
            } finally {
                stopped.set(true);
            }
        }
        return traces;
    }

    /// @return whether it was run
    private static boolean unlessStopped(AtomicBoolean stopped, Runnable run) {
        if (stopped.get()) {
            return false;
        }
        try {
            run.run();
            return true;
        } catch (RuntimeException | Error problem) {
            stopped.set(true);
            throw problem;
        }
    }

    private static boolean await(String name, Future<Boolean> run) {
        try {
            return run.get();
        } catch (ExecutionException problem) {
            switch (problem.getCause()) {
                case RuntimeException cause -> throw new RunFailedException(name, cause);
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(name + " failed", problem);
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt(); // closing the pool stops what runs
            throw new RunFailedException(name, new TrainingException("interrupted", interrupt));
        }
    }

    private static DataSets known(Map<TrainingConfig.Data, DataSets> data, RunSpec spec) {
        return Objects.requireNonNull(data.get(spec.config().data()));
    }

    private static void makeFolder(Path trace) {
        Path folder = Objects.requireNonNull(trace.toAbsolutePath().getParent(), "a trace lies in a folder");
        try {
            Files.createDirectories(folder);
        } catch (IOException problem) {
            throw new UncheckedIOException("cannot make the folder of " + trace, problem);
        }
    }
}
