package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.ElementType;
import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;
import dev.parity.trace.StepRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Each part that is handed in shows in what is recorded.
final class TrainingPartsTest {
    private static final TrainingConfig CONFIG = Configs.moe(b -> b);

    private static RunTrace run(TrainingConfig config, UnaryOperator<TrainingParts> change) {
        return Runs.run("cpu", config, change.apply(TrainingParts.of(config)));
    }

    private static List<Double> rates(RunTrace run) {
        return run.steps().stream().map(StepRecord::lr).toList();
    }

    @Test
    void aScheduleThatIsOffByOneShowsInTheRates() {
        Schedule schedule = TrainingParts.of(CONFIG).schedule();
        RunTrace ahead = run(CONFIG, parts -> parts.withSchedule(applied -> schedule.rate(applied + 1)));
        List<Double> expected = rates(Runs.run("cpu", CONFIG));
        assertThat(rates(ahead).subList(0, 5)).isEqualTo(expected.subList(1, 6)).doesNotHaveDuplicates();
    }

    private static TrainingConfig clipped(double limit) {
        return Configs.moe(b -> {
            b.clipping = limit;
            b.optimizer = TrainingConfig.OptimizerType.SGD;
            return b;
        });
    }

    @Test
    void aClipperThatDoesNotClipTrainsAsIfThereWereNoLimit() {
        TrainingConfig tight = clipped(0.01);
        RunTrace unclipped = run(tight, parts -> parts.withClipper((_, scale) -> 1 / scale));
        assertThat(unclipped.steps())
                .isEqualTo(Runs.run("cpu", clipped(1e6)).steps())
                .isNotEqualTo(Runs.run("cpu", tight).steps());
    }

    private static TrainingConfig fp16(double scale) {
        return Configs.moe(b -> {
            b.dtype = ElementType.FP16;
            b.lossScale = scale;
            return b;
        });
    }

    @Test
    void aScalerThatNeverMovesKeepsItsScale() {
        RunTrace run = run(fp16(0), parts -> parts.withScaler(new LossScaler.Static(1024)));
        assertThat(run.steps()).isEqualTo(Runs.run("cpu", fp16(1024)).steps());
        assertThat(run.steps()).allMatch(step -> step.scale() == 1024);
    }

    @Test
    void aNormThatIsTwiceTooLongIsRecorded() {
        GlobalNorm norm = TrainingParts.of(CONFIG).norm();
        RunTrace run = run(
                CONFIG, parts -> parts.withNorm((parameters, norms, epSize) -> 2 * norm.of(parameters, norms, epSize)));
        assertThat(globalNorm(run)).isEqualTo(2 * globalNorm(Runs.run("cpu", CONFIG)));
    }

    private static double globalNorm(RunTrace run) {
        return Model.known(run.steps().getFirst().gradNorm(), StepRecord.GLOBAL);
    }

    @Test
    void ranksThatDoNotReduceDriftApart() {
        RunTrace run = run(CONFIG, parts -> parts.withReducer((_, _, local) -> local));
        assertThat(run.steps().getLast().replicas()).hasSize(2).doesNotHaveDuplicates();
    }

    private static Sampler.Order firstRanks(Sampler.Order order) {
        return new Sampler.Order() {
            @Override
            public int stepsPerEpoch() {
                return order.stepsPerEpoch();
            }

            @Override
            public int item(long step, int rank, int position) {
                return order.item(step, 0, position);
            }
        };
    }

    @Test
    void ranksThatSeeTheSameItemsHaveTheSameLoss() {
        TrainingConfig quiet = Configs.moe(b -> {
            b.noise = TrainingConfig.Noise.NONE;
            b.randomTokenSelection = false;
            return b;
        });
        Sampler sampler = TrainingParts.of(quiet).sampler();
        RunTrace run = run(quiet, parts -> parts.withSampler(items -> firstRanks(sampler.over(items))));
        assertThat(run.steps())
                .allMatch(step -> step.loss().get(0).equals(step.loss().get(1)));
        assertThat(Runs.run("cpu", quiet).steps())
                .noneMatch(step -> step.loss().get(0).equals(step.loss().get(1)));
    }

    @Test
    void anEvaluatorMayJudgeOtherPredictions() {
        Evaluator evaluator = TrainingParts.of(CONFIG).evaluator();
        RunTrace run = run(
                CONFIG,
                parts ->
                        parts.withEvaluator((rank, test, _) -> evaluator.judge(rank, test, _ -> new int[test.size()])));
        assertThat(run.evaluations().getFirst().ranks())
                .allSatisfy(rank -> assertThat(rank.predictions()).hasSize(22).containsOnly(0));
    }

    @Test
    void otherPartsStandUnderTestAndLeaveTheRunComparable() {
        Provenance configured = Runs.run("cpu", CONFIG).provenance();
        Provenance other = run(
                        CONFIG,
                        parts -> parts.withReducer((_, _, local) -> local).withSchedule(_ -> 0))
                .provenance();
        assertThat(other.comparability()).isEqualTo(configured.comparability());
        assertThat(other.underTest()).containsEntry(RunProvenance.OTHER_PARTS, "schedule, reducer");
        assertThat(configured.underTest()).doesNotContainKey(RunProvenance.OTHER_PARTS);
    }

    @Test
    void aRunDoesNotGoOnFromACheckpointOfOtherParts() {
        TrainingParts parts = TrainingParts.of(CONFIG).withClipper((_, scale) -> 1 / scale);
        DataSets data = DataSets.of(CONFIG.data());
        Runs.Collected other = new Runs.Collected("cpu", CONFIG, data, parts, 1, Optional.empty());
        assertThatThrownBy(() -> new Runs.Collected("cpu", CONFIG, 0, other.checkpoint))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("of another run")
                .hasMessageContaining("clipper");
    }
}
