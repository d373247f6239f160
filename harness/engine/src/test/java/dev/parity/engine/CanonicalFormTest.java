package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CanonicalFormTest {
    /// No two numbers of a section are equal.
    private static final TrainingConfig CONFIG = new TrainingConfig(
            new TrainingConfig.Train(-9007199254740991L, 30, 1_000_000_000, 8),
            new TrainingConfig.Data(TrainingConfig.Source.FILES, "here", 4, 5, 6, TrainingConfig.Shuffle.PER_EPOCH),
            new TrainingConfig.Model(
                    List.of(2, 4),
                    TrainingConfig.MlpType.RESIDUAL,
                    2,
                    1.5,
                    2,
                    1,
                    TrainingConfig.Noise.JITTER,
                    false,
                    true,
                    0.25),
            new TrainingConfig.Parallel(4, 2, TrainingConfig.ExpertGradientScaling.FIXED),
            new TrainingConfig.Precision(ElementType.BF16, 1024, 15, 500, 7, 0.5),
            new TrainingConfig.Optimizer(
                    TrainingConfig.OptimizerType.ADAMW,
                    TrainingConfig.Wrapper.FUSED,
                    0.1,
                    0.8,
                    0.999,
                    1e-8,
                    3e-7,
                    0.9,
                    10),
            new TrainingConfig.Schedule(TrainingConfig.ScheduleType.WARMUP_LR, 1e-15, 0.01, 1000),
            new TrainingConfig.Evaluation(TrainingConfig.EvaluationMode.TRAIN, 3),
            new TrainingConfig.Trace(50, true));

    private static final String TEXT = """
            data.seed=4
            data.shuffle=per_epoch
            data.source=files
            data.testItems=6
            data.trainItems=5
            evaluation.batch=3
            evaluation.mode=train
            model.auxLossCoefficient=0.25
            model.capacityFactor=1.5
            model.dropTokens=true
            model.evalCapacityFactor=2
            model.experts=[2,4]
            model.k=2
            model.minCapacity=1
            model.mlpType=residual
            model.noise=jitter
            model.randomTokenSelection=false
            optimizer.beta1=0.8
            optimizer.beta2=0.999
            optimizer.epsilon=0.00000001
            optimizer.gradientClipping=10
            optimizer.lr=0.1
            optimizer.momentum=0.9
            optimizer.type=adamw
            optimizer.weightDecay=0.0000003
            optimizer.wrapper=fused
            parallel.epSize=2
            parallel.expertGradientScaling=fixed
            parallel.world=4
            precision.dtype=bf16
            precision.hysteresis=7
            precision.initialScalePower=15
            precision.lossScale=1024
            precision.lossScaleWindow=500
            precision.minLossScale=0.5
            schedule.type=warmup_lr
            schedule.warmupMaxLr=0.01
            schedule.warmupMinLr=0.000000000000001
            schedule.warmupSteps=1000
            train.epochs=30
            train.microBatch=8
            train.seed=-9007199254740991
            train.steps=1000000000
            """;

    @Test
    void settingsAreSortedLinesOfKeyAndValue() {
        assertThat(CanonicalForm.of(CONFIG)).isEqualTo(TEXT);
    }

    // Python 3.11: hashlib.sha256(TEXT.encode()).hexdigest()
    @Test
    void theirHashIsPinned() {
        assertThat(Canonical.hash(CanonicalForm.of(CONFIG)))
                .isEqualTo("525e75856d10a2514ff788e167260be36ab4c85c09ccf744c5abf3be331e3920");
    }

    /// A setting that is added to a record must be added here, or be left out on purpose.
    @Test
    void everySettingIsThereButTheDatasPlaceAndWhatIsRecordedBesideTheUsual() {
        List<String> settings = Arrays.stream(TrainingConfig.class.getRecordComponents())
                .flatMap(section -> Arrays.stream(section.getType().getRecordComponents())
                        .map(RecordComponent::getName)
                        .map(name -> "%s.%s".formatted(section.getName(), name)))
                .filter(key -> !key.equals("data.directory") && !key.startsWith("trace."))
                .sorted()
                .toList();
        assertThat(CanonicalForm.of(CONFIG).lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactlyElementsOf(settings);
    }

    @Test
    void aModeIsSortedLinesToo() {
        NumericMode mode = NumericMode.plain(
                ElementType.FP32,
                NumericMode.Summation.BLOCKED,
                8,
                NumericMode.AllReduceOrder.HALVING,
                NumericMode.Overflow.INF_NAN);
        assertThat(CanonicalForm.of(mode)).isEqualTo("""
            mode.accumulation=fp32
            mode.allReduce=halving
            mode.arrival=0
            mode.block=8
            mode.convOperands=none
            mode.deterministic=true
            mode.matMulOperands=none
            mode.overflow=inf_nan
            mode.subnormals=kept
            mode.summation=blocked
            """);
    }
}
