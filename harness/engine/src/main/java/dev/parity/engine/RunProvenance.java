package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.Canonical;
import dev.parity.trace.Provenance;
import dev.parity.trace.SeedStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a run is: which other runs it may be compared with, and which checkpoints it may go on from.
///
/// The keys of comparability tell what was configured, whatever parts were handed in: a planted fault must
/// be found in the records, not given away by a hash. That there are other parts stands under test.
///
/// @param config all settings
/// @param data what is learnt
/// @param backend where it computes
/// @param parts the rules that it follows
record RunProvenance(TrainingConfig config, DataSets data, Backend backend, TrainingParts parts) {
    /// Key under test: the parts that are not the configuration's.
    static final String OTHER_PARTS = "otherParts";

    /// Describes the run.
    ///
    /// @param context clocks, hosts and versions
    Provenance provenance(Map<String, String> context) {
        Model model = new Model(config);
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put(Provenance.SCENARIO, Canonical.hash(CanonicalForm.of(config)));
        keys.put(Provenance.PROGRAM, model.trainingStep().program().hash());
        keys.put(Provenance.SEED, String.valueOf(config.train().seed()));
        keys.put(Provenance.DATA_ORDER, dataOrderHash());
        keys.put(Provenance.INITIAL_WEIGHTS, initialWeightsHash(model.parameters()));
        keys.put(Provenance.DTYPE, Canonical.name(config.precision().dtype()));
        keys.put(Provenance.WORLD, String.valueOf(config.parallel().world()));
        keys.put(Provenance.EP_SIZE, String.valueOf(config.parallel().epSize()));
        keys.put(Provenance.OPTIMIZER, optimizerSettings());
        keys.putAll(scalerSettings());
        boolean zero = config.optimizer().wrapper() == TrainingConfig.Wrapper.ZERO;
        keys.put(Provenance.ZERO_STAGE, zero ? "1" : "0");
        keys.put(Provenance.EVALUATION_MODE, Canonical.name(config.evaluation().mode()));
        Map<String, String> underTest = new LinkedHashMap<>();
        underTest.put(Provenance.BACKEND, backend.id());
        underTest.put(Provenance.MODE, backend.mode().toString());
        underTest.put(Provenance.DEVICE, backend.device(0));
        if (!otherParts().isEmpty()) {
            underTest.put(OTHER_PARTS, otherParts());
        }
        return Provenance.of(Provenance.RECORDED, keys, underTest, context);
    }

    private String otherParts() {
        return String.join(", ", parts.unlike(TrainingParts.of(config)));
    }

    private String optimizerSettings() {
        TrainingConfig.Optimizer o = config.optimizer();
        String rule = switch (o.type()) {
            case ADAMW ->
                "adamw lr=%s beta1=%s beta2=%s epsilon=%s weightDecay=%s"
                        .formatted(o.lr(), o.beta1(), o.beta2(), o.epsilon(), o.weightDecay());
            case SGD -> "sgd lr=%s momentum=%s".formatted(o.lr(), o.momentum());
        };
        String schedule = switch (TrainingParts.schedule(config)) {
            case Schedule.Constant _ -> "schedule=constant";
            case Schedule.Warmup warmup ->
                "schedule=WarmupLR warmupMinLr=%s warmupMaxLr=%s warmupSteps=%d"
                        .formatted(warmup.min(), warmup.max(), warmup.steps());
        };
        return "%s clip=%s wrapper=%s %s".formatted(rule, o.gradientClipping(), Canonical.name(o.wrapper()), schedule);
    }

    private Map<String, String> scalerSettings() {
        return switch (TrainingParts.scaler(config)) {
            case LossScaler.None _ -> Map.of(Provenance.LOSS_SCALER, "none");
            case LossScaler.Static(double scale) ->
                Map.of(Provenance.LOSS_SCALER, "static", Provenance.LOSS_SCALER_SETTINGS, "scale=" + scale);
            case LossScaler.Zero scaler -> scalerSettings("zero", scaler.scale(), scaler.settings());
            case LossScaler.Unfused scaler -> scalerSettings("unfused", scaler.scale(), scaler.settings());
        };
    }

    private static Map<String, String> scalerSettings(String name, double initial, LossScaler.Settings settings) {
        return Map.of(
                Provenance.LOSS_SCALER,
                name,
                Provenance.LOSS_SCALER_SETTINGS,
                "initial=%s window=%d hysteresis=%d min=%s"
                        .formatted(initial, settings.window(), settings.hysteresis(), settings.min()));
    }

    private String dataOrderHash() {
        MessageDigest digest = Canonical.sha256();
        data.train().addTo(digest);
        data.test().addTo(digest);
        for (int item : new ShuffledOrder(config, data.train().size()).order(0)) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(item).array());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private String initialWeightsHash(List<Parameter> parameters) {
        MessageDigest digest = Canonical.sha256();
        SeedStream seeds = new SeedStream(config.train().seed());
        for (Parameter parameter : parameters) {
            for (double value : parameter.initial(seeds)) {
                digest.update(
                        ByteBuffer.allocate(Float.BYTES).putFloat((float) value).array());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Says what a checkpoint belongs to.
    String checkpoint() {
        String settings = CanonicalForm.of(config) + CanonicalForm.of(backend.mode());
        return "%s %s %s"
                .formatted(Canonical.hash(settings), backend.id(), otherParts())
                .strip();
    }
}
