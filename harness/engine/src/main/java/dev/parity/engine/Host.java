package dev.parity.engine;

import dev.parity.spi.Rendezvous;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the ranks of a run meet, and what is decided and recorded there for all of them. Rank 0 does that
/// work while the others wait: always the same one, so that its caches stay warm.
final class Host {
    private static final System.Logger LOG = System.getLogger(TrainingRun.class.getName());

    private final TrainingPlan plan;
    private final TrainingRun.Observer observer;
    private final String run;
    private final StepRecorder recorder;
    private final Rendezvous meeting;
    private final List<RankLoop> ranks = new ArrayList<>();
    private final List<StepResult> results = new ArrayList<>();
    private final List<double[]> norms = new ArrayList<>();
    private StepDecision.State state;
    private @Nullable StepDecision decided;
    private boolean warned;

    /// Starts a run, or goes on with one.
    ///
    /// @param plan settings and rules
    /// @param run what its checkpoints belong to
    /// @param observer receives the records
    /// @param from where to go on
    Host(TrainingPlan plan, String run, TrainingRun.Observer observer, Optional<Checkpoint> from) {
        this.plan = plan;
        this.run = run;
        this.observer = observer;
        LossScaler scaler = plan.parts().scaler();
        state = from.map(found -> new StepDecision.State(scaler.restore(found.scaler()), found.step(), found.applied()))
                .orElse(new StepDecision.State(scaler, 0, 0));
        recorder =
                new StepRecorder(plan, observer, from.map(Checkpoint::records).orElse(0L));
        meeting = new Rendezvous(plan.config().parallel().world());
    }

    /// Takes in a rank, before any rank runs.
    void join(RankLoop rank) {
        ranks.add(rank);
        results.add(rank.result());
        norms.add(rank.result().norms);
    }

    List<RankLoop> ranks() {
        return ranks;
    }

    /// Returns the number of steps done.
    long done() {
        return state.done();
    }

    /// Returns the scale of the next loss.
    double scale() {
        return state.scaler().scale();
    }

    /// Waits for all ranks.
    void await() {
        meeting.await();
    }

    /// Lets all ranks that wait, now and later, fail.
    void fail(Throwable cause) {
        meeting.fail(cause);
    }

    /// Decides on a step and records it, unless it settles. All ranks call it when they have its result.
    StepDecision decide(int rank) {
        meeting.await();
        if (rank == 0) {
            decide();
        }
        meeting.await();
        return decided();
    }

    private StepDecision decided() {
        return Objects.requireNonNull(decided, "no step was decided on");
    }

    private void decide() {
        StepDecision decision =
                StepDecision.of(plan, state, results.getFirst().overflow[0] != 0, norms, observer::wantsCheckpoint);
        decided = decision;
        state = decision.after();
        recorder.event(decision);
        if (!decision.settles()) {
            recorder.step(decision, results, List.of());
        }
        observer.progress("training", state.done(), plan.totalSteps());
        for (int i = 0; i < ranks.size() && !warned; i++) {
            Optional<String> warning = ranks.get(i).watch().warning();
            warning.ifPresent(sentence -> LOG.log(System.Logger.Level.WARNING, sentence));
            warned = warning.isPresent();
        }
    }

    /// Records a step whose weights were looked at, and saves the run if that is due. All ranks call it
    /// when they have looked.
    void settle(int rank) {
        meeting.await();
        if (rank == 0) {
            settle(decided());
        }
        meeting.await();
    }

    private void settle(StepDecision decision) {
        List<String> checksums = ranks.stream().map(RankLoop::checksum).toList();
        recorder.step(decision, results, decision.checksum() ? checksums : List.of());
        if (decision.checkpoint()) {
            observer.checkpoint(new Checkpoint(
                    run,
                    state.done(),
                    state.applied(),
                    recorder.records(),
                    state.scaler().state(),
                    ranks.stream().map(RankLoop::saved).toList()));
        }
    }

    /// Announces the evaluation. All ranks call it before they begin with it.
    void evaluate(int rank) {
        if (rank == 0) {
            observer.progress("evaluation", 0, 1);
        }
        meeting.await();
    }

    /// Records the evaluation, after all ranks have ended.
    void finish() {
        recorder.evaluation(ranks.stream().map(RankLoop::judgement).toList());
    }
}
