package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.ElementType;
import dev.parity.trace.Evaluation;
import dev.parity.trace.RunTrace;
import dev.parity.trace.ScaleEvent;
import dev.parity.trace.StepRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainingRunTest {
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda-model", "ascend-model", "cpu-stored"})
    void theSameSeedGivesTheSameDigestAndAnotherSeedAnother(String backend) {
        TrainingConfig config = Configs.moe(b -> {
            b.dtype = ElementType.FP16;
            b.steps = 4;
            return b;
        });
        String digest = new Runs.Collected(backend, config, 0, Optional.empty()).digest();
        assertThat(new Runs.Collected(backend, config, 0, Optional.empty()).digest())
                .isEqualTo(digest);
        assertThat(new Runs.Collected(backend, config.withSeed(2), 0, Optional.empty()).digest())
                .isNotEqualTo(digest);
    }

    /// The fast path and the golden share routing, which only compares, tables of indices and the meeting
    /// of ranks, but no arithmetic: what they agree on, both computed right.
    @ParameterizedTest
    // of the models V100's, for the convolutions of the others round their operands
    @ValueSource(strings = {"cpu", "cuda-model:v100"})
    void fp32FollowsTheExactGolden(String backend) {
        TrainingConfig config = Configs.moe(b -> b);
        RunTrace fast = Runs.run(backend, config);
        RunTrace golden = Runs.run("cpu-fp64", config);
        for (int i = 0; i < golden.steps().size(); i++) {
            StepRecord expected = golden.steps().get(i);
            StepRecord found = fast.steps().get(i);
            assertThat(found.meanLoss())
                    .as("step %d", i + 1)
                    .isCloseTo(expected.meanLoss(), Percentage.withPercentage(1e-3));
            expected.gradNorm()
                    .forEach((name, norm) -> assertThat(found.gradNorm().get(name))
                            .as("%s in step %d", name, expected.step())
                            .isCloseTo(norm, Percentage.withPercentage(0.05)));
        }
    }

    @ParameterizedTest
    @EnumSource(TrainingConfig.Wrapper.class)
    void expertParallelOneAndTwoAgreeWithFixedScaling(TrainingConfig.Wrapper wrapper) {
        StepRecord one = Runs.run("cpu-fp64", fixed(1, wrapper)).steps().getFirst();
        StepRecord two = Runs.run("cpu-fp64", fixed(2, wrapper)).steps().getFirst();
        assertThat(two.loss()).isEqualTo(one.loss());
        for (String name : List.of("moe0.expert.weight", "moe0.expert.bias", "conv1.weight", "moe0.gate.weight")) {
            // training-semantics.md: rtol 1e-4
            assertThat(two.gradNorm().get(name))
                    .as(name)
                    .isCloseTo(one.gradNorm().get(name), Percentage.withPercentage(1e-2));
        }
    }

    private static TrainingConfig fixed(int epSize, TrainingConfig.Wrapper wrapper) {
        return Configs.moe(b -> {
            b.epSize = epSize;
            b.wrapper = wrapper;
            b.scaling = TrainingConfig.ExpertGradientScaling.FIXED;
            b.steps = 1;
            return b;
        });
    }

    // training-semantics.md: with epSize = world legacy gradients are not averaged at all, so twice the
    // fixed ones
    @Test
    void legacyExpertGradientsAreTheWorldTimesTheFixedOnes() {
        StepRecord fixed = Runs.run("cpu-fp64", fixed(2, TrainingConfig.Wrapper.ZERO))
                .steps()
                .getFirst();
        StepRecord legacy = Runs.run("cpu-fp64", Configs.moe(b -> {
                    b.steps = 1;
                    return b;
                }))
                .steps()
                .getFirst();
        assertThat(legacy.gradNorm().get("moe0.expert.weight"))
                .isCloseTo(2 * fixed.gradNorm().get("moe0.expert.weight"), Percentage.withPercentage(1e-4));
        assertThat(legacy.gradNorm().get("fc4.weight"))
                .isCloseTo(fixed.gradNorm().get("fc4.weight"), Percentage.withPercentage(1e-4));
    }

    // a capacity of S, padded, must give what the largest expert count gives: here factor 2 = S/E·2 = S as
    // well
    @Test
    void withoutTokenDropEveryTokenIsKept() {
        TrainingConfig padded = Configs.moe(b -> {
            b.dropTokens = false;
            return b;
        });
        TrainingConfig enough = Configs.moe(b -> {
            b.capacityFactor = 2;
            return b;
        });
        RunTrace a = Runs.run("cpu-fp64", padded);
        RunTrace b = Runs.run("cpu-fp64", enough);
        assertThat(a.steps())
                .extracting(StepRecord::loss)
                .isEqualTo(b.steps().stream().map(StepRecord::loss).toList());
        assertThat(a.steps()).allSatisfy(step -> assertThat(step.dropped()).containsExactly(0));
    }

    @Test
    void aCapacityOfTheEvenShareDropsTokensAndCountsThem() {
        RunTrace run = Runs.run("cpu", Configs.moe(b -> {
            b.routing = true;
            return b;
        }));
        for (StepRecord step : run.steps()) {
            assertThat(step.expertCounts().getFirst().stream().mapToInt(x -> x).sum())
                    .isEqualTo(16);
            long dropped = step.routing().stream()
                    .flatMap(routing -> routing.slot().stream())
                    .filter(slot -> slot < 0)
                    .count();
            assertThat(step.dropped()).containsExactly((int) dropped);
            assertThat(step.routing())
                    .hasSize(2)
                    .allSatisfy(
                            routing -> assertThat(routing.margin()).hasSize(8).allMatch(margin -> margin >= 0));
        }
        assertThat(run.steps())
                .anySatisfy(step -> assertThat(step.dropped().getFirst()).isPositive());
    }

    // training-semantics.md: 65536 does not fit into fp16, so it always overflows
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cpu-stored", "ascend-model"})
    void scale65536IsAlwaysSkippedAndTheScheduleWaits(String backend) {
        RunTrace run = Runs.run(backend, Configs.moe(b -> {
            b.dtype = ElementType.FP16;
            b.window = 3;
            b.steps = 12;
            return b;
        }));
        assertThat(run.steps())
                .filteredOn(step -> step.scale() == 65536)
                .isNotEmpty()
                .allMatch(StepRecord::skipped);
        assertThat(run.scaleEvents())
                .extracting(ScaleEvent::kind)
                .contains(ScaleEvent.Kind.GREW, ScaleEvent.Kind.HYSTERESIS, ScaleEvent.Kind.REDUCED);
        for (int i = 1; i < run.steps().size(); i++) {
            if (run.steps().get(i - 1).skipped()) {
                assertThat(run.steps().get(i).lr())
                        .isEqualTo(run.steps().get(i - 1).lr());
            }
        }
    }

    @Test
    void aStaticScaleSkipsOverflowForEver() {
        RunTrace run = Runs.run("cpu", Configs.moe(b -> {
            b.dtype = ElementType.FP16;
            b.lossScale = 65536;
            b.steps = 3;
            return b;
        }));
        assertThat(run.steps()).allMatch(step -> step.skipped() && step.scale() == 65536);
        assertThat(run.scaleEvents()).isEmpty(); // the scale neither fell nor grew
    }

    /// One step of SGD without momentum or clipping, so that each buffer is the gradient as it was
    /// unscaled.
    private static Runs.Collected unclipped(UnaryOperator<Configs.Builder> change) {
        return new Runs.Collected(
                "cpu-stored",
                Configs.moe(b -> {
                    b.dtype = ElementType.FP16;
                    b.initialScalePower = 10;
                    b.steps = 1;
                    b.optimizer = TrainingConfig.OptimizerType.SGD;
                    b.momentum = 0;
                    b.clipping = 1e6;
                    return change.apply(b);
                }),
                1,
                Optional.empty());
    }

    private static double[] buffer(Runs.Collected run, String parameter) {
        return Model.known(run.checkpoint.orElseThrow().tensors().getFirst(), parameter + "/buffer");
    }

    // training-semantics.md, step 6: on a growth step the gradients are divided by twice the scale they carry
    @ParameterizedTest
    @CsvSource({"500, 1", "1, 0.5"})
    void gradientsAreDividedByTheScaleAfterTheStep(int window, double share) {
        Runs.Collected run = unclipped(b -> {
            b.window = window;
            return b;
        });
        double norm = run.trace().steps().getFirst().gradNorm().get("fc1.weight");
        double applied = Math.sqrt(
                Arrays.stream(buffer(run, "fc1.weight")).map(x -> x * x).sum());
        assertThat(applied).isCloseTo(share * norm, Percentage.withPercentage(1e-4));
    }

    // training-semantics.md, step 3: the fp32 gate gradient is reduced in the communication type, fp16
    @Test
    void theGatesGradientHasTravelledInFp16() {
        double[] gradient = Arrays.stream(buffer(unclipped(b -> b), "moe0.gate.weight"))
                .map(x -> x * 1024) // exact: the scale is a power of two
                .toArray();
        assertThat(gradient)
                .isEqualTo(Arrays.stream(gradient).map(ElementType.FP16::round).toArray());
        assertThat(Arrays.stream(gradient)).anyMatch(x -> x != 0);
    }

    // training-semantics.md, evaluation: total and per-class accuracy are two passes, their noise differs
    @ParameterizedTest
    @EnumSource(TrainingConfig.EvaluationMode.class)
    void onlyTrainModeJudgesTheClassesInAPassOfTheirOwn(TrainingConfig.EvaluationMode mode) {
        Evaluation evaluation = Runs.run("cpu", Configs.moe(b -> {
                    b.evaluation = mode;
                    b.testItems = 200;
                    return b;
                }))
                .evaluations()
                .getFirst();
        List<Long> overall =
                evaluation.ranks().stream().map(rank -> correct(rank.overall())).toList();
        List<Long> byClass = evaluation.ranks().stream()
                .map(rank -> rank.classes().stream()
                        .mapToLong(one -> correct(one.score()))
                        .sum())
                .toList();
        if (mode == TrainingConfig.EvaluationMode.TRAIN) {
            assertThat(byClass).isNotEqualTo(overall);
        } else {
            assertThat(byClass).isEqualTo(overall);
        }
    }

    private static long correct(Evaluation.Score score) {
        return Math.round(score.percent() * score.items() / 100);
    }

    @Test
    void replicasStayEqualOverFourRanksInTwoGroups() {
        RunTrace run = Runs.run("cuda-model", Configs.moe(b -> {
            b.world = 4;
            b.microBatch = 4;
            b.dtype = ElementType.BF16;
            return b;
        }));
        assertThat(run.steps())
                .filteredOn(step -> !step.replicas().isEmpty())
                .hasSize(3)
                .allSatisfy(
                        step -> assertThat(step.replicas().stream().distinct()).hasSize(1));
    }

    @Test
    void everyKindOfNetTrains() {
        assertLearns(Configs.moe(b -> {
            b.experts = List.of();
            b.epSize = 1;
            b.optimizer = TrainingConfig.OptimizerType.SGD;
            return b;
        }));
        assertLearns(Configs.moe(b -> {
            b.experts = List.of(2, 4);
            b.mlpType = TrainingConfig.MlpType.RESIDUAL;
            return b;
        }));
        assertLearns(Configs.moe(b -> {
            b.k = 2;
            b.auxLoss = 0.01;
            return b;
        }));
        assertLearns(Configs.moe(b -> {
            b.noise = TrainingConfig.Noise.JITTER;
            b.evaluation = TrainingConfig.EvaluationMode.TRAIN;
            b.shuffle = TrainingConfig.Shuffle.PER_EPOCH;
            return b;
        }));
    }

    private static void assertLearns(TrainingConfig config) {
        RunTrace run = Runs.run("cpu", config);
        assertThat(run.steps()).hasSize(6).allSatisfy(step -> {
            assertThat(step.meanLoss()).isBetween(1.5, 3.5);
            assertThat(step.gradNorm())
                    .allSatisfy((_, norm) -> assertThat(norm).isFinite().isPositive());
        });
        Evaluation evaluation = run.evaluations().getFirst();
        assertThat(evaluation.ranks()).hasSize(config.parallel().world());
        // 22 test items: 5 batches of 4 and one of 2
        assertThat(evaluation.ranks().getFirst().predictions()).hasSize(22);
    }

    @Test
    void whereTheDataLiesDoesNotMakeAnotherTraining() {
        TrainingConfig config = Configs.moe(b -> b);
        TrainingConfig.Data data = config.data();
        TrainingConfig here = withData(config, "here");
        assertThat(CanonicalForm.of(here)).isEqualTo(CanonicalForm.of(withData(config, "there")));
        assertThat(CanonicalForm.of(here)).isNotEqualTo(CanonicalForm.of(config));
        assertThat(data.directory()).isEmpty();
    }

    private static TrainingConfig withData(TrainingConfig config, String directory) {
        return new TrainingConfig(
                config.train(),
                new TrainingConfig.Data(TrainingConfig.Source.FILES, directory, 1, 96, 22, TrainingConfig.Shuffle.ONCE),
                config.model(),
                config.parallel(),
                config.precision(),
                config.optimizer(),
                config.schedule(),
                config.evaluation(),
                config.trace());
    }
}
