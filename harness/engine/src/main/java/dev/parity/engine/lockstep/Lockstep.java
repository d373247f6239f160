package dev.parity.engine.lockstep;

import dev.parity.engine.Checkpoint;
import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingRun;
import dev.parity.spi.Backend;
import dev.parity.trace.TraceRecord;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;

/// A training on a golden, of which two devices compute each Op of chosen steps from the golden's values.
///
/// Inputs are the golden's, rounded to their types; the golden's answer is computed from the rounded ones. So an Op
/// is seen with its own error and none of those before it.
///
/// @param config all settings
/// @param data what to learn
/// @param golden trains, and says what is right
/// @param reference the device that is taken as right
/// @param candidate the device under test
public record Lockstep(TrainingConfig config, DataSets data, Backend golden, Station reference, Station candidate) {
    /// Hears of progress.
    @FunctionalInterface
    public interface Progress {
        /// Receives the state.
        ///
        /// @param done steps done
        /// @param last the last step that was asked for
        void at(long done, long last);
    }

    /// Trains up to the last step that was asked for.
    ///
    /// @param steps to compare, from 1
    /// @param from where to go on, a checkpoint of any of the three devices; absent for a new run
    /// @param heard each output of each Op of these steps, in program order, one call at a time; keeps no array
    /// @param progress hears of each step
    /// @throws IllegalArgumentException if a step is none of the run's, or lies before the checkpoint
    /// @throws dev.parity.engine.DataException if the checkpoint is of another run
    /// @throws dev.parity.engine.TrainingException if a device fails; nothing runs any more, and all tensors are
    ///     freed
    public void run(SortedSet<Long> steps, Optional<Checkpoint> from, Consumer<OpOutputs> heard, Progress progress) {
        long done = from.map(Checkpoint::step).orElse(0L);
        Teacher teacher = new Teacher(golden, reference, candidate, steps, done, heard);
        TrainingRun run = new TrainingRun(config, data, teacher);
        if (steps.isEmpty() || steps.first() <= done || steps.last() > run.totalSteps()) {
            throw new IllegalArgumentException(
                    "steps must be %d to %d, were %s".formatted(done + 1, run.totalSteps(), steps));
        }
        long last = steps.last();
        run.train(last, new Quiet(progress, last), from, List.of(golden, reference.backend(), candidate.backend()));
    }

    /// Keeps nothing of what is recorded.
    private record Quiet(Progress progress, long last) implements TrainingRun.Observer {
        @Override
        public void record(TraceRecord item) {
            // a lockstep has no trace
        }

        @Override
        public boolean wantsCheckpoint(long step) {
            return false;
        }

        @Override
        public void checkpoint(Checkpoint checkpoint) {
            // the one at the end is of no use
        }

        @Override
        public void progress(String phase, long done, long total) {
            progress.at(done, last);
        }
    }
}
