package dev.parity.engine;

import dev.parity.trace.Evaluation;

/// Judges the trained net on the test set.
@FunctionalInterface
public interface Evaluator {
    /// Judges it on one rank; called for all ranks at the same time, each on its own thread.
    ///
    /// @param rank whose judgement it is
    /// @param test all items, judged by every rank
    /// @param net the net on this rank
    /// @return accuracy in all and by class, and the predictions
    Evaluation.Rank judge(int rank, DataSet test, Net net);

    /// Chooses the mode of the net.
    ///
    /// @param configured the one of the settings
    /// @return the one in which it predicts
    default TrainingConfig.EvaluationMode mode(TrainingConfig.EvaluationMode configured) {
        return configured;
    }

    /// The trained net on one rank.
    @FunctionalInterface
    interface Net {
        /// Predicts all items once, unshuffled. Ranks meet in it, so all must make the same passes.
        ///
        /// @param pass from 0: names the pass's noise
        /// @return a label for each item of the test set
        int[] predict(int pass);
    }
}
