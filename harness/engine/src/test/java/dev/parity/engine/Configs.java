package dev.parity.engine;

import dev.parity.spi.ElementType;
import java.util.List;
import java.util.function.UnaryOperator;

/// Configurations for tests, small and quick.
final class Configs {
    private Configs() {}

    static TrainingConfig moe(UnaryOperator<Builder> change) {
        return change.apply(new Builder()).build();
    }

    /// The settings that tests vary.
    static final class Builder {
        long steps = 6;
        int microBatch = 8;
        List<Integer> experts = List.of(2);
        TrainingConfig.MlpType mlpType = TrainingConfig.MlpType.STANDARD;
        int k = 1;
        double capacityFactor = 1;
        TrainingConfig.Noise noise = TrainingConfig.Noise.RSAMPLE;
        boolean dropTokens = true;
        double auxLoss;
        int world = 2;
        int epSize = 2;
        TrainingConfig.ExpertGradientScaling scaling = TrainingConfig.ExpertGradientScaling.LEGACY;
        ElementType dtype = ElementType.FP32;
        double lossScale;
        int window = 500;
        TrainingConfig.OptimizerType optimizer = TrainingConfig.OptimizerType.ADAMW;
        TrainingConfig.Wrapper wrapper = TrainingConfig.Wrapper.ZERO;
        TrainingConfig.EvaluationMode evaluation = TrainingConfig.EvaluationMode.EVAL;
        TrainingConfig.Shuffle shuffle = TrainingConfig.Shuffle.ONCE;
        boolean routing;

        TrainingConfig build() {
            return new TrainingConfig(
                    new TrainingConfig.Train(1, 2, steps, microBatch),
                    new TrainingConfig.Data(TrainingConfig.Source.SYNTHETIC, "", 1, 96, 22, shuffle),
                    new TrainingConfig.Model(
                            experts, mlpType, k, capacityFactor, capacityFactor, 0, noise, true, dropTokens, auxLoss),
                    new TrainingConfig.Parallel(world, epSize, scaling),
                    new TrainingConfig.Precision(dtype, lossScale, 15, window, 2, 1),
                    new TrainingConfig.Optimizer(optimizer, wrapper, 1e-3, 0.8, 0.999, 1e-8, 3e-7, 0.9, 1.0),
                    new TrainingConfig.Schedule(TrainingConfig.ScheduleType.WARMUP_LR, 0, 1e-3, 10),
                    new TrainingConfig.Evaluation(evaluation, 4),
                    new TrainingConfig.Trace(2, routing));
        }
    }
}
