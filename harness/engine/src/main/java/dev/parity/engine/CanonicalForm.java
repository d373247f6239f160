package dev.parity.engine;

import dev.parity.spi.Canonical;
import dev.parity.spi.NumericMode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Settings as text to be hashed: lines `key=value`, sorted by key, each ended by a line feed, in UTF-8.
///
/// Keys are a scenario's and stand here, not in the names of Java's types; values are written as
/// [Canonical] says.
public final class CanonicalForm {
    private final SortedMap<String, String> lines = new TreeMap<>();

    private CanonicalForm() {}

    /// Writes what two runs must share: all settings but the place of the data, which has a hash of its
    /// own, and what is recorded beside the usual.
    ///
    /// @param config all settings
    /// @return lines of `key=value`
    public static String of(TrainingConfig config) {
        CanonicalForm form = new CanonicalForm();
        TrainingConfig.Train train = config.train();
        form.put("train.seed", train.seed());
        form.put("train.epochs", train.epochs());
        form.put("train.steps", train.steps());
        form.put("train.microBatch", train.microBatch());
        TrainingConfig.Data data = config.data();
        form.put("data.source", data.source());
        form.put("data.seed", data.seed());
        form.put("data.trainItems", data.trainItems());
        form.put("data.testItems", data.testItems());
        form.put("data.shuffle", data.shuffle());
        TrainingConfig.Model model = config.model();
        form.put("model.experts", model.experts());
        form.put("model.mlpType", model.mlpType());
        form.put("model.k", model.k());
        form.put("model.capacityFactor", model.capacityFactor());
        form.put("model.evalCapacityFactor", model.evalCapacityFactor());
        form.put("model.minCapacity", model.minCapacity());
        form.put("model.noise", model.noise());
        form.put("model.randomTokenSelection", model.randomTokenSelection());
        form.put("model.dropTokens", model.dropTokens());
        form.put("model.auxLossCoefficient", model.auxLossCoefficient());
        TrainingConfig.Parallel parallel = config.parallel();
        form.put("parallel.world", parallel.world());
        form.put("parallel.epSize", parallel.epSize());
        form.put("parallel.expertGradientScaling", parallel.expertGradientScaling());
        TrainingConfig.Precision precision = config.precision();
        form.put("precision.dtype", precision.dtype());
        form.put("precision.lossScale", precision.lossScale());
        form.put("precision.initialScalePower", precision.initialScalePower());
        form.put("precision.lossScaleWindow", precision.lossScaleWindow());
        form.put("precision.hysteresis", precision.hysteresis());
        form.put("precision.minLossScale", precision.minLossScale());
        TrainingConfig.Optimizer optimizer = config.optimizer();
        form.put("optimizer.type", optimizer.type());
        form.put("optimizer.wrapper", optimizer.wrapper());
        form.put("optimizer.lr", optimizer.lr());
        form.put("optimizer.beta1", optimizer.beta1());
        form.put("optimizer.beta2", optimizer.beta2());
        form.put("optimizer.epsilon", optimizer.epsilon());
        form.put("optimizer.weightDecay", optimizer.weightDecay());
        form.put("optimizer.momentum", optimizer.momentum());
        form.put("optimizer.gradientClipping", optimizer.gradientClipping());
        TrainingConfig.Schedule schedule = config.schedule();
        form.put("schedule.type", schedule.type());
        form.put("schedule.warmupMinLr", schedule.warmupMinLr());
        form.put("schedule.warmupMaxLr", schedule.warmupMaxLr());
        form.put("schedule.warmupSteps", schedule.warmupSteps());
        form.put("evaluation.mode", config.evaluation().mode());
        form.put("evaluation.batch", config.evaluation().batch());
        return form.text();
    }

    /// Writes how a backend computes.
    ///
    /// @param mode every choice
    /// @return lines of `key=value`
    public static String of(NumericMode mode) {
        CanonicalForm form = new CanonicalForm();
        mode.fields().forEach((field, value) -> form.lines.put("mode." + field, value));
        return form.text();
    }

    private void put(String key, long value) {
        lines.put(key, Long.toString(value));
    }

    private void put(String key, double value) {
        lines.put(key, Canonical.number(value));
    }

    private void put(String key, boolean value) {
        lines.put(key, Boolean.toString(value));
    }

    private void put(String key, Enum<?> value) {
        lines.put(key, Canonical.name(value));
    }

    private void put(String key, List<Integer> value) {
        lines.put(key, Canonical.list(value));
    }

    private String text() {
        return lines.entrySet().stream()
                .map(line -> "%s=%s\n".formatted(line.getKey(), line.getValue()))
                .collect(Collectors.joining());
    }
}
