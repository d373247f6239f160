package dev.parity.engine;

import dev.parity.spi.Canonical;
import dev.parity.trace.Evaluation;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import dev.parity.trace.TraceRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Turns what was found and decided into trace records, hands them on and counts them.
final class StepRecorder {
    private final TrainingPlan plan;
    private final TrainingRun.Observer observer;
    /// The last recorded loss of each rank.
    private final double[] reported;

    private long records;

    /// Starts to record.
    ///
    /// @param plan settings
    /// @param observer receives the records
    /// @param records how many there are already, header not counted
    StepRecorder(TrainingPlan plan, TrainingRun.Observer observer, long records) {
        this.plan = plan;
        this.observer = observer;
        this.records = records;
        reported = new double[plan.config().parallel().world()];
        Arrays.fill(reported, Double.NaN);
    }

    /// Returns the number of records, header not counted.
    long records() {
        return records;
    }

    /// Records what the loss scaler did, if anything.
    void event(StepDecision decision) {
        decision.event()
                .map(kind -> new ScaleEvent(
                        plan.epoch(decision.step()),
                        decision.step(),
                        true,
                        kind,
                        decision.scale(),
                        decision.after().scaler().scale(),
                        null))
                .ifPresent(this::emit);
    }

    /// Records a step.
    ///
    /// @param decision what was decided
    /// @param results of each rank
    /// @param checksums of each rank's replicated parameters after the step; empty where none were taken
    void step(StepDecision decision, List<StepResult> results, List<String> checksums) {
        TrainingConfig config = plan.config();
        List<Double> losses = new ArrayList<>(results.size());
        List<double[]> norms = new ArrayList<>(results.size());
        for (int rank = 0; rank < results.size(); rank++) {
            reported[rank] = plan.parts()
                    .report()
                    .of(decision.step(), plan.totalSteps(), results.get(rank).loss[0], reported[rank]);
            losses.add(reported[rank]);
            norms.add(results.get(rank).norms);
        }
        emit(new StepRecord(
                decision.step(),
                plan.epoch(decision.step()),
                losses,
                decision.scale(),
                decision.skip(),
                decision.rate(),
                gradNorm(decision, norms),
                StepResult.expertCounts(results),
                StepResult.dropped(results),
                checksums,
                config.trace().routing()
                        ? StepResult.routing(results, config.train().microBatch())
                        : List.of()));
    }

    /// Norms of the gradients without the scale that they carry.
    private SortedMap<String, Double> gradNorm(StepDecision decision, List<double[]> norms) {
        List<Parameter> parameters = plan.model().parameters();
        int epSize = plan.config().parallel().epSize();
        SortedMap<String, Double> gradNorm = new TreeMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            double norm = GlobalNorm.ofParameter(parameter, i, norms, epSize);
            gradNorm.put(parameter.name(), norm / decision.scale());
        }
        gradNorm.put(StepRecord.GLOBAL, decision.norm() / decision.scale());
        return gradNorm;
    }

    /// Records the evaluation.
    ///
    /// @param ranks judgement of each rank
    void evaluation(List<Evaluation.Rank> ranks) {
        DataSet test = plan.data().test();
        List<Integer> labels = new ArrayList<>();
        for (int item = 0; item < test.size(); item++) {
            labels.add(test.label(item));
        }
        String mode = Canonical.name(plan.config().evaluation().mode());
        emit(new Evaluation(plan.totalSteps(), mode, labels, ranks));
    }

    private void emit(TraceRecord item) {
        records++;
        observer.record(item);
    }
}
