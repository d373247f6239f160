package dev.parity.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rules that a run follows, handed in: a fault is another part, not a flag.
///
/// Scaler, schedule, norm, clipper and report are asked on one thread, once a step, for all ranks.
///
/// @param scaler loss scale, in its first state
/// @param schedule learning rate
/// @param norm global norm of the gradients
/// @param clipper what gradients are multiplied with
/// @param update how a parameter is updated; asked once for its program, and each step for what it is told
/// @param reducer how gradients are summed over ranks; asked once, before the run
/// @param sampler which items a rank sees; asked once a rank
/// @param feed what the net is fed; asked on each rank's thread
/// @param report which loss is recorded
/// @param evaluator accuracy; asked on each rank's thread
public record TrainingParts(
        LossScaler scaler,
        Schedule schedule,
        GlobalNorm norm,
        Clipper clipper,
        UpdateRule update,
        GradientReducer reducer,
        Sampler sampler,
        Feed feed,
        LossReport report,
        Evaluator evaluator) {
    /// Chooses the parts that DeepSpeed would.
    ///
    /// @param config all settings
    /// @return its parts
    public static TrainingParts of(TrainingConfig config) {
        return new TrainingParts(
                scaler(config),
                schedule(config),
                switch (config.optimizer().wrapper()) {
                    case ZERO -> GlobalNorm.DeepSpeed.ZERO;
                    case UNFUSED -> GlobalNorm.DeepSpeed.UNFUSED;
                    case FUSED -> GlobalNorm.DeepSpeed.FUSED;
                },
                new Clipper.DeepSpeed(config.optimizer().gradientClipping()),
                new DeepSpeedUpdate(config.optimizer()),
                new DeepSpeedReducer(config),
                new DeepSpeedSampler(config),
                new Feed.Plain(),
                new LossReport.Plain(),
                new DeepSpeedEvaluator(config.evaluation().mode()));
    }

    /// Names the parts that are not equal to others.
    ///
    /// @param others to compare with
    /// @return names as they stand in this record, in its order
    List<String> unlike(TrainingParts others) {
        Map<String, Boolean> same = new LinkedHashMap<>();
        same.put("scaler", scaler.equals(others.scaler));
        same.put("schedule", schedule.equals(others.schedule));
        same.put("norm", norm.equals(others.norm));
        same.put("clipper", clipper.equals(others.clipper));
        same.put("update", update.equals(others.update));
        same.put("reducer", reducer.equals(others.reducer));
        same.put("sampler", sampler.equals(others.sampler));
        same.put("feed", feed.equals(others.feed));
        same.put("report", report.equals(others.report));
        same.put("evaluator", evaluator.equals(others.evaluator));
        return same.keySet().stream().filter(name -> !Model.known(same, name)).toList();
    }

    static LossScaler.DeepSpeed scaler(TrainingConfig config) {
        TrainingConfig.Precision precision = config.precision();
        LossScaler.Settings settings =
                new LossScaler.Settings(precision.lossScaleWindow(), precision.hysteresis(), precision.minLossScale());
        double initial = Math.scalb(1.0, precision.initialScalePower());
        return switch (precision.dtype()) {
            case FP16 ->
                precision.lossScale() > 0
                        ? new LossScaler.Static(precision.lossScale())
                        : switch (config.optimizer().wrapper()) {
                            case ZERO -> new LossScaler.Zero(settings, initial);
                            case UNFUSED, FUSED -> new LossScaler.Unfused(settings, initial);
                        };
            case BF16, FP32 -> new LossScaler.None();
            case FP64, INT32, UINT8 ->
                throw new IllegalArgumentException("dtype must be fp16, bf16 or fp32, was " + precision.dtype());
        };
    }

    static Schedule.DeepSpeed schedule(TrainingConfig config) {
        TrainingConfig.Schedule schedule = config.schedule();
        double lr = config.optimizer().lr();
        return switch (schedule.type()) {
            case WARMUP_LR ->
                new Schedule.Warmup(lr, schedule.warmupMinLr(), schedule.warmupMaxLr(), schedule.warmupSteps());
            case CONSTANT -> new Schedule.Constant(lr);
        };
    }

    /// Hands in another loss scaler.
    ///
    /// @param other in its first state
    /// @return these parts with it
    public TrainingParts withScaler(LossScaler other) {
        return new TrainingParts(other, schedule, norm, clipper, update, reducer, sampler, feed, report, evaluator);
    }

    /// Hands in another schedule.
    ///
    /// @param other learning rate
    /// @return these parts with it
    public TrainingParts withSchedule(Schedule other) {
        return new TrainingParts(scaler, other, norm, clipper, update, reducer, sampler, feed, report, evaluator);
    }

    /// Hands in another norm.
    ///
    /// @param other global norm of the gradients
    /// @return these parts with it
    public TrainingParts withNorm(GlobalNorm other) {
        return new TrainingParts(scaler, schedule, other, clipper, update, reducer, sampler, feed, report, evaluator);
    }

    /// Hands in another clipper.
    ///
    /// @param other what gradients are multiplied with
    /// @return these parts with it
    public TrainingParts withClipper(Clipper other) {
        return new TrainingParts(scaler, schedule, norm, other, update, reducer, sampler, feed, report, evaluator);
    }

    /// Hands in another update.
    ///
    /// @param other how a parameter is updated
    /// @return these parts with it
    public TrainingParts withUpdate(UpdateRule other) {
        return new TrainingParts(scaler, schedule, norm, clipper, other, reducer, sampler, feed, report, evaluator);
    }

    /// Hands in another reduction of gradients.
    ///
    /// @param other how gradients are summed over ranks
    /// @return these parts with it
    public TrainingParts withReducer(GradientReducer other) {
        return new TrainingParts(scaler, schedule, norm, clipper, update, other, sampler, feed, report, evaluator);
    }

    /// Hands in another sampler.
    ///
    /// @param other which items a rank sees
    /// @return these parts with it
    public TrainingParts withSampler(Sampler other) {
        return new TrainingParts(scaler, schedule, norm, clipper, update, reducer, other, feed, report, evaluator);
    }

    /// Hands in another feed.
    ///
    /// @param other what the net is fed
    /// @return these parts with it
    public TrainingParts withFeed(Feed other) {
        return new TrainingParts(scaler, schedule, norm, clipper, update, reducer, sampler, other, report, evaluator);
    }

    /// Hands in another report.
    ///
    /// @param other which loss is recorded
    /// @return these parts with it
    public TrainingParts withReport(LossReport other) {
        return new TrainingParts(scaler, schedule, norm, clipper, update, reducer, sampler, feed, other, evaluator);
    }

    /// Hands in another evaluator.
    ///
    /// @param other accuracy
    /// @return these parts with it
    public TrainingParts withEvaluator(Evaluator other) {
        return new TrainingParts(scaler, schedule, norm, clipper, update, reducer, sampler, feed, report, other);
    }
}
