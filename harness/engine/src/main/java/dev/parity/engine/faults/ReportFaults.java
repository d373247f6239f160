package dev.parity.engine.faults;

import dev.parity.engine.DataSet;
import dev.parity.engine.Evaluator;
import dev.parity.engine.TrainingConfig.EvaluationMode;
import dev.parity.spi.Fault;
import dev.parity.trace.Evaluation;
import java.util.List;

/// What goes wrong where a run is judged and reported.
public final class ReportFaults implements Fault.Catalogue {
    /// For the ServiceLoader.
    public ReportFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new PartsFault(
                        Fault.About.of(
                                        "evaluation-mode-wrong",
                                        "judges the net in training mode where eval is configured, and the other way round",
                                        Fault.Strengths.SWITCH,
                                        "evaluation")
                                .under("model.mlpType", "standard")
                                .under("model.capacityFactor", "1.0"),
                        (parts, _, _) -> parts.withEvaluator(new WrongMode(parts.evaluator()))),
                new PartsFault(
                        Fault.About.of(
                                "loss-frozen",
                                "reports the same loss again and again from the share of the run on that the strength"
                                        + " gives",
                                Fault.Strengths.of(0.75, 0, 1, 1),
                                "evaluation",
                                "optimizer"),
                        (parts, _, strength) -> parts.withReport((step, totalSteps, loss, before) ->
                                step > strength * totalSteps && !Double.isNaN(before) ? before : loss)));
    }

    /// An evaluator whose net is in the mode that was not asked for.
    private record WrongMode(Evaluator honest) implements Evaluator {
        @Override
        public Evaluation.Rank judge(int rank, DataSet test, Net net) {
            return honest.judge(rank, test, net);
        }

        @Override
        public EvaluationMode mode(EvaluationMode configured) {
            return switch (configured) {
                case TRAIN -> EvaluationMode.EVAL;
                case EVAL -> EvaluationMode.TRAIN;
            };
        }
    }
}
