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
        int epochs = 2;
        long steps = 6;
        int microBatch = 8;
        List<Integer> experts = List.of(2);
        TrainingConfig.MlpType mlpType = TrainingConfig.MlpType.STANDARD;
        int k = 1;
        double capacityFactor = 1;
        TrainingConfig.Noise noise = TrainingConfig.Noise.RSAMPLE;
        boolean randomTokenSelection = true;
        boolean dropTokens = true;
        double auxLoss;
        int world = 2;
        int epSize = 2;
        TrainingConfig.ExpertGradientScaling scaling = TrainingConfig.ExpertGradientScaling.LEGACY;
        ElementType dtype = ElementType.FP32;
        double lossScale;
        int initialScalePower = 15;
        int window = 500;
        double minLossScale = 1;
        TrainingConfig.OptimizerType optimizer = TrainingConfig.OptimizerType.ADAMW;
        TrainingConfig.Wrapper wrapper = TrainingConfig.Wrapper.ZERO;
        double lr = 1e-3;
        double momentum = 0.9;
        double clipping = 1.0;
        TrainingConfig.ScheduleType schedule = TrainingConfig.ScheduleType.WARMUP_LR;
        TrainingConfig.EvaluationMode evaluation = TrainingConfig.EvaluationMode.EVAL;
        TrainingConfig.Shuffle shuffle = TrainingConfig.Shuffle.ONCE;
        int replicaEvery = 2;
        boolean routing;
        int testItems = 22;

        TrainingConfig build() {
            return new TrainingConfig(
                    new TrainingConfig.Train(1, epochs, steps, microBatch),
                    new TrainingConfig.Data(TrainingConfig.Source.SYNTHETIC, "", 1, 96, testItems, shuffle),
                    new TrainingConfig.Model(
                            experts,
                            mlpType,
                            k,
                            capacityFactor,
                            capacityFactor,
                            0,
                            noise,
                            randomTokenSelection,
                            dropTokens,
                            auxLoss),
                    new TrainingConfig.Parallel(world, epSize, scaling),
                    new TrainingConfig.Precision(dtype, lossScale, initialScalePower, window, 2, minLossScale),
                    new TrainingConfig.Optimizer(optimizer, wrapper, lr, 0.8, 0.999, 1e-8, 3e-7, momentum, clipping),
                    new TrainingConfig.Schedule(schedule, 0, lr, 10),
                    new TrainingConfig.Evaluation(evaluation, 4),
                    new TrainingConfig.Trace(replicaEvery, routing));
        }
    }
}
