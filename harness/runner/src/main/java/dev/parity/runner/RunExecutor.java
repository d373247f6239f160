package dev.parity.runner;

import java.nio.file.Path;
import java.util.List;

/// Makes runs. It takes specifications and gives traces, so that it need not make them in this process.
public interface RunExecutor {
    /// Checks that a plan can be run; writes nothing.
    ///
    /// @param plan what is to be run
    /// @throws IllegalArgumentException if there is no such backend or a file cannot be a trace
    /// @throws dev.parity.spi.BackendException if a backend is not available or cannot compute so
    void check(RunPlan plan);

    /// Makes the runs of a plan.
    ///
    /// @param plan what is to be run
    /// @param resume whether a finished trace of the same run is left as it is and a killed one goes on;
    ///     else traces are replaced
    /// @param progress hears how far the runs are
    /// @return the trace of each run, in the plan's order
    /// @throws RunFailedException if a run fails; what had not begun is not run then
    List<Path> execute(RunPlan plan, boolean resume, Progress progress);

    /// Hears how far runs are.
    interface Progress {
        /// Hears nothing.
        Progress QUIET = (_, _, _, _, _, _) -> {};

        /// Receives a run's state, on any thread.
        ///
        /// @param run which run, for people
        /// @param number from 1
        /// @param runs in all
        /// @param phase `training` or `evaluation`
        /// @param done steps done
        /// @param total steps in all
        void at(String run, int number, int runs, String phase, long done, long total);

        /// Hears that a run has its trace: in the plan's order, on the thread that waits for the plan.
        ///
        /// @param run which run
        default void finished(RunPlan.Run run) {}
    }
}
