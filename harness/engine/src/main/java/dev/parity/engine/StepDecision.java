package dev.parity.engine;

import dev.parity.trace.ScaleEvent;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/// What the host decides after a step's backward pass, once for all ranks.
///
/// @param scale loss scale of the step
/// @param event what the loss scaler did, if anything
/// @param skip whether the optimizer leaves the step out
/// @param norm global norm of the gradients, still scaled
/// @param factor on the gradients
/// @param rate learning rate
/// @param checksum whether the replicated parameters are compared after the step
/// @param checkpoint whether the run is saved after the step
/// @param after what the next decision starts from
record StepDecision(
        double scale,
        Optional<ScaleEvent.Kind> event,
        boolean skip,
        double norm,
        double factor,
        double rate,
        boolean checksum,
        boolean checkpoint,
        State after) {
    /// What lasts from one decision to the next.
    ///
    /// @param scaler as it scales the next loss
    /// @param done steps done, skipped ones counted
    /// @param applied steps that the optimizer took
    record State(LossScaler scaler, long done, long applied) {}

    /// Decides.
    ///
    /// @param plan settings and rules
    /// @param before what the last decision left
    /// @param overflow whether any gradient of any rank is not finite
    /// @param norms of each parameter's gradient, by rank
    /// @param wantsCheckpoint whether the caller wants one after so many steps
    /// @throws IllegalStateException if the scale would have to fall below its minimum
    static StepDecision of(
            TrainingPlan plan, State before, boolean overflow, List<double[]> norms, LongPredicate wantsCheckpoint) {
        TrainingParts parts = plan.parts();
        boolean skip = overflow && before.scaler.skipsOverflow();
        LossScaler.Update update = before.scaler.update(skip);
        double norm = parts.norm()
                .of(plan.model().parameters(), norms, plan.config().parallel().epSize());
        long done = before.done + 1;
        boolean last = done == plan.totalSteps();
        return new StepDecision(
                before.scaler.scale(),
                update.event(),
                skip,
                norm,
                parts.clipper().factor(norm, update.scaler().scale()),
                parts.schedule().rate(before.applied, before.done - before.applied),
                last || done % plan.config().trace().replicaEvery() == 0,
                last || wantsCheckpoint.test(done),
                new State(update.scaler(), done, before.applied + (skip ? 0 : 1)));
    }

    /// Returns the step's number, from 1.
    long step() {
        return after.done;
    }

    /// Returns what the optimizer is told, if the step is not skipped.
    UpdateRule.Step update(int rank) {
        return new UpdateRule.Step(rank, factor, after.scaler.scale(), rate, after.applied - 1);
    }

    /// Tells whether all ranks' weights are looked at after the step.
    boolean settles() {
        return checksum || checkpoint;
    }
}
