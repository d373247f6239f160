package dev.parity.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import java.util.List;

/// All settings of one training run, as a scenario names them. Each record checks its own ranges, those of
/// `scenario.schema.json`; this one checks what no single setting shows.
///
/// @param train length and seed
/// @param data what is learnt
/// @param model the net
/// @param parallel ranks
/// @param precision types and loss scaling
/// @param optimizer optimizer, clipping and wrapper
/// @param schedule learning rate
/// @param evaluation how accuracy is taken
/// @param trace what is recorded beside the usual
public record TrainingConfig(
        Train train,
        Data data,
        Model model,
        Parallel parallel,
        Precision precision,
        Optimizer optimizer,
        Schedule schedule,
        Evaluation evaluation,
        Trace trace) {
    /// Checks what no single setting shows.
    public TrainingConfig {
        require(
                parallel.world % parallel.epSize == 0,
                "parallel.epSize must divide parallel.world = %d, was %d".formatted(parallel.world, parallel.epSize));
        for (int experts : model.experts) {
            require(
                    experts % parallel.epSize == 0,
                    "parallel.epSize = %d must divide each entry of model.experts, was %d"
                            .formatted(parallel.epSize, experts));
            require(
                    model.k <= experts,
                    "model.k must be at most the number of experts %d, was %d".formatted(experts, model.k));
        }
        require(
                train.microBatch >= model.minCapacity && evaluation.batch >= model.minCapacity,
                "train.microBatch and evaluation.batch must be at least model.minCapacity = %d, were %d and %d"
                        .formatted(model.minCapacity, train.microBatch, evaluation.batch));
        require(
                model.mlpType == MlpType.STANDARD || !model.experts.isEmpty(),
                "model.mlpType residual needs at least one entry in model.experts, there is none");
        require(
                Math.scalb(1.0, precision.initialScalePower) >= precision.minLossScale,
                "precision.minLossScale must be at most 2^precision.initialScalePower = %s, was %s"
                        .formatted(Math.scalb(1.0, precision.initialScalePower), precision.minLossScale));
        require(
                data.source == Source.FILES || (data.trainItems > 0 && data.testItems > 0),
                "data.trainItems and data.testItems must be at least 1 when data.source is synthetic, were %d and %d"
                        .formatted(data.trainItems, data.testItems));
        require(
                data.source == Source.SYNTHETIC || !data.directory.isEmpty(),
                "data.directory must name the folder or archive of the images when data.source is files; it is empty");
    }

    /// How long to train.
    ///
    /// @param seed of every random stream
    /// @param epochs passes over the data, at least 1
    /// @param steps stop after this many steps; 0 for all epochs
    /// @param microBatch images a rank and step
    public record Train(long seed, int epochs, long steps, int microBatch) {
        /// Checks the ranges.
        public Train {
            Range.SEED.check("train.seed", seed);
            Range.closed(1, 1_000_000).check("train.epochs", epochs);
            Range.closed(0, 1_000_000_000).check("train.steps", steps);
            Range.closed(1, 4096).check("train.microBatch", microBatch);
        }
    }

    /// What is learnt.
    ///
    /// @param source made by the program, or files
    /// @param directory folder or archive of the files
    /// @param seed of the synthetic set
    /// @param trainItems size of the synthetic training set
    /// @param testItems size of the synthetic test set; of files, how many are used, 0 for all
    /// @param shuffle whether epochs share one order
    public record Data(Source source, String directory, long seed, int trainItems, int testItems, Shuffle shuffle) {
        /// Checks the ranges.
        public Data {
            Range.SEED.check("data.seed", seed);
            Range.closed(0, 600_000).check("data.trainItems", trainItems);
            Range.closed(0, 600_000).check("data.testItems", testItems);
        }
    }

    /// Where data comes from.
    public enum Source {
        /// Made by the program from a seed.
        SYNTHETIC,
        /// CIFAR-10 in one of the layouts that [DataSets] knows.
        FILES
    }

    /// How epochs are ordered.
    public enum Shuffle {
        /// One permutation for all epochs, as DeepSpeed's example has it.
        ONCE,
        /// A new permutation each epoch.
        @JsonProperty("per-epoch")
        PER_EPOCH
    }

    /// The net.
    ///
    /// @param experts experts of each MoE layer; empty for the dense net
    /// @param mlpType plain or residual MoE
    /// @param k experts a token, 1 or 2
    /// @param capacityFactor slots an expert over the even share, in training
    /// @param evalCapacityFactor the same in evaluation
    /// @param minCapacity fewest slots an expert
    /// @param noise of the gate, in training
    /// @param randomTokenSelection whether drops are chosen at random
    /// @param dropTokens whether capacity is bounded at all
    /// @param auxLossCoefficient weight of l_aux in the loss; 0 leaves it out, as the CIFAR example does
    public record Model(
            List<Integer> experts,
            MlpType mlpType,
            int k,
            double capacityFactor,
            double evalCapacityFactor,
            int minCapacity,
            Noise noise,
            boolean randomTokenSelection,
            boolean dropTokens,
            double auxLossCoefficient) {
        /// Copies the list and checks the ranges.
        public Model {
            experts = List.copyOf(experts);
            for (int layer = 0; layer < experts.size(); layer++) {
                Range.closed(1, 256).check("model.experts[%d]".formatted(layer), experts.get(layer));
            }
            Range.closed(1, 2).check("model.k", k);
            Range.POSITIVE.check("model.capacityFactor", capacityFactor);
            Range.POSITIVE.check("model.evalCapacityFactor", evalCapacityFactor);
            Range.closed(0, 4096).check("model.minCapacity", minCapacity);
            Range.NOT_NEGATIVE.check("model.auxLossCoefficient", auxLossCoefficient);
        }
    }

    /// Plain or residual MoE.
    public enum MlpType {
        /// The layer's output is that of the experts.
        STANDARD,
        /// PR-MoE: a tied dense layer beside the experts, mixed by a learnt coefficient.
        RESIDUAL
    }

    /// Noise of the gate in training.
    public enum Noise {
        /// None.
        NONE,
        /// Gumbel noise on the logits.
        RSAMPLE,
        /// The gate's input times U(1 - 0.01, 1 + 0.01).
        JITTER
    }

    /// Ranks.
    ///
    /// @param world number of ranks
    /// @param epSize ranks an expert-parallel group
    /// @param expertGradientScaling divisor of expert gradients
    public record Parallel(int world, int epSize, ExpertGradientScaling expertGradientScaling) {
        /// Checks the ranges.
        public Parallel {
            Range.closed(1, 64).check("parallel.world", world);
            Range.closed(1, 64).check("parallel.epSize", epSize);
        }
    }

    /// Divisor of expert gradients.
    public enum ExpertGradientScaling {
        /// The width of the expert data-parallel group, as DeepSpeed 0.12 does.
        LEGACY,
        /// The world, as DeepSpeed does since.
        FIXED
    }

    /// Types and loss scaling, in DeepSpeed's terms.
    ///
    /// @param dtype compute type: fp16, bf16 or fp32; the gate is always fp32
    /// @param lossScale 0 for dynamic scaling, else the static scale; for fp16 only
    /// @param initialScalePower log2 of the first dynamic scale
    /// @param lossScaleWindow steps without overflow before the scale grows
    /// @param hysteresis overflows before the scale falls (`zero` only)
    /// @param minLossScale smallest scale
    public record Precision(
            ElementType dtype,
            double lossScale,
            int initialScalePower,
            int lossScaleWindow,
            int hysteresis,
            double minLossScale) {
        /// Checks type and ranges.
        public Precision {
            switch (dtype) {
                case FP16, BF16, FP32 -> {
                    // a net can be computed in these
                }
                case FP64, INT32, UINT8 ->
                    throw new IllegalArgumentException(
                            "precision.dtype must be fp16, bf16 or fp32, was " + Canonical.name(dtype));
            }
            Range.NOT_NEGATIVE.check("precision.lossScale", lossScale);
            Range.closed(0, 32).check("precision.initialScalePower", initialScalePower);
            Range.closed(1, 1_000_000_000).check("precision.lossScaleWindow", lossScaleWindow);
            Range.closed(1, 1_000_000_000).check("precision.hysteresis", hysteresis);
            Range.POSITIVE.check("precision.minLossScale", minLossScale);
        }
    }

    /// Optimizer, clipping and wrapper.
    ///
    /// @param type adamw or sgd
    /// @param wrapper which of DeepSpeed's FP16 optimizers: it sets scaler, norm and when gradients are
    ///     divided
    /// @param lr learning rate of the first step, and of all without a schedule
    /// @param beta1 AdamW
    /// @param beta2 AdamW
    /// @param epsilon AdamW
    /// @param weightDecay AdamW, decoupled
    /// @param momentum SGD
    /// @param gradientClipping largest global norm
    public record Optimizer(
            OptimizerType type,
            Wrapper wrapper,
            double lr,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double momentum,
            double gradientClipping) {
        /// Checks the ranges.
        public Optimizer {
            Range.NOT_NEGATIVE.check("optimizer.lr", lr);
            Range.DECAY.check("optimizer.beta1", beta1);
            Range.DECAY.check("optimizer.beta2", beta2);
            Range.POSITIVE.check("optimizer.epsilon", epsilon);
            Range.NOT_NEGATIVE.check("optimizer.weightDecay", weightDecay);
            Range.DECAY.check("optimizer.momentum", momentum);
            Range.POSITIVE.check("optimizer.gradientClipping", gradientClipping);
        }
    }

    /// The rule of the update.
    public enum OptimizerType {
        /// Adam with decoupled weight decay.
        ADAMW,
        /// SGD with momentum.
        SGD
    }

    /// DeepSpeed's optimizer wrappers.
    public enum Wrapper {
        /// ZeRO stage 1: scaler with hysteresis, gradients divided before they are reduced, norm of all
        /// parameters.
        ZERO,
        /// Stage 0, unfused: simple scaler, gradients divided after, norm of the non-expert parameters.
        UNFUSED,
        /// Stage 0, fused: as unfused, but the norm is the mean of the ranks' norms.
        FUSED
    }

    /// Learning rate.
    ///
    /// @param type warm-up or constant
    /// @param warmupMinLr WarmupLR
    /// @param warmupMaxLr WarmupLR
    /// @param warmupSteps WarmupLR, at least 2
    public record Schedule(ScheduleType type, double warmupMinLr, double warmupMaxLr, int warmupSteps) {
        /// Checks the ranges.
        public Schedule {
            Range.NOT_NEGATIVE.check("schedule.warmupMinLr", warmupMinLr);
            Range.NOT_NEGATIVE.check("schedule.warmupMaxLr", warmupMaxLr);
            Range.closed(2, 1_000_000_000).check("schedule.warmupSteps", warmupSteps);
        }
    }

    /// The rule of the learning rate.
    public enum ScheduleType {
        /// DeepSpeed's WarmupLR, log type.
        @JsonProperty("WarmupLR")
        WARMUP_LR,
        /// The optimizer's own.
        CONSTANT
    }

    /// How accuracy is taken.
    ///
    /// @param mode with or without noise, training capacity and so on
    /// @param batch images a batch; drops depend on it
    public record Evaluation(EvaluationMode mode, int batch) {
        /// Checks the range.
        public Evaluation {
            Range.closed(1, 4096).check("evaluation.batch", batch);
        }
    }

    /// Mode of the net in evaluation.
    public enum EvaluationMode {
        /// As in training: the example behind the reference logs forgot `net.eval()`.
        TRAIN,
        /// As it should be.
        EVAL
    }

    /// What is recorded beside the usual.
    ///
    /// @param replicaEvery steps between checksums of the replicated parameters
    /// @param routing whether each token's expert and gate margin are recorded
    public record Trace(int replicaEvery, boolean routing) {
        /// Checks the range.
        public Trace {
            Range.closed(1, 1_000_000_000).check("trace.replicaEvery", replicaEvery);
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /// Returns the same settings with another seed.
    ///
    /// @param seed of every random stream
    /// @return the new settings
    public TrainingConfig withSeed(long seed) {
        return new TrainingConfig(
                new Train(seed, train.epochs, train.steps, train.microBatch),
                data,
                model,
                parallel,
                precision,
                optimizer,
                schedule,
                evaluation,
                trace);
    }
}
