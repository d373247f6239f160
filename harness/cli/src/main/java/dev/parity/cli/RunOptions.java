package dev.parity.cli;

import dev.parity.runner.LocalExecutor;
import dev.parity.runner.RunExecutor;
import dev.parity.runner.RunPlan;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// How commands make runs.
final class RunOptions {
    @Option(names = "--resume", description = "keep finished traces of the same runs, go on with a killed one")
    private boolean resume;

    @Option(names = "--parallel", paramLabel = "N", description = "runs at a time (1); changes no digit")
    private int parallel = 1;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "SECONDS",
            description = "how often a run keeps what it needs to go on after a kill (5)")
    private double checkpointEvery = 5;

    /// Refuses a plan that cannot be run; writes nothing.
    void check(RunPlan plan) {
        executor().check(plan);
    }

    /// Makes the runs of a plan.
    void execute(RunPlan plan, Consumer<RunPlan.Run> finished) {
        ProgressBar bar = new ProgressBar();
        RunExecutor.Progress progress = new RunExecutor.Progress() {
            @Override
            public void at(String run, int number, int runs, String phase, long done, long total) {
                bar.at(run, number, runs, phase, done, total);
            }

            @Override
            public void finished(RunPlan.Run run) {
                bar.done();
                finished.accept(run);
            }
        };
        try {
            executor().execute(plan, resume, progress);
        } finally {
            bar.done();
        }
    }

    private RunExecutor executor() {
        return new LocalExecutor(parallel, Duration.ofMillis(Math.round(checkpointEvery * 1000)));
    }
}
