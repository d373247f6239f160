package dev.parity.engine;

import dev.parity.spi.Backend;
import dev.parity.spi.Canonical;
import dev.parity.trace.OptimizerSettings;
import dev.parity.trace.Provenance;
import dev.parity.trace.ScalerSettings;
import dev.parity.trace.ScheduleSettings;
import dev.parity.trace.SeedStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

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
        keys.putAll(optimizerSettings().keys());
        keys.putAll(scalerSettings().keys());
        boolean zero = config.optimizer().wrapper() == TrainingConfig.Wrapper.ZERO;
        keys.put(Provenance.ZERO_STAGE, zero ? "1" : "0");
        keys.put(Provenance.EVALUATION_MODE, Canonical.name(config.evaluation().mode()));
        Map<String, String> underTest = new LinkedHashMap<>();
        underTest.put(Provenance.BACKEND, backend.id());
        underTest.put(Provenance.MODE, backend.mode().text());
        underTest.put(Provenance.DEVICE, backend.device(0));
        if (!otherParts().isEmpty()) {
            underTest.put(OTHER_PARTS, otherParts());
        }
        return Provenance.of(Provenance.RECORDED, keys, underTest, context);
    }

    private String otherParts() {
        return String.join(", ", parts.unlike(TrainingParts.of(config)));
    }

    private OptimizerSettings optimizerSettings() {
        TrainingConfig.Optimizer o = config.optimizer();
        boolean adam = o.type() == TrainingConfig.OptimizerType.ADAMW;
        OptionalDouble none = OptionalDouble.empty();
        return new OptimizerSettings(
                Optional.of(Canonical.name(o.type())),
                OptionalDouble.of(o.lr()),
                adam ? OptionalDouble.of(o.beta1()) : none,
                adam ? OptionalDouble.of(o.beta2()) : none,
                adam ? OptionalDouble.of(o.epsilon()) : none,
                adam ? OptionalDouble.of(o.weightDecay()) : none,
                adam ? none : OptionalDouble.of(o.momentum()),
                OptionalDouble.of(o.gradientClipping()),
                Optional.of(Canonical.name(o.wrapper())),
                switch (TrainingParts.schedule(config)) {
                    case Schedule.Constant _ -> ScheduleSettings.CONSTANT;
                    case Schedule.Warmup warmup -> ScheduleSettings.warmup(warmup.min(), warmup.max(), warmup.steps());
                });
    }

    private ScalerSettings scalerSettings() {
        return switch (TrainingParts.scaler(config)) {
            case LossScaler.None _ -> ScalerSettings.of("none");
            case LossScaler.Static(double scale) -> ScalerSettings.fixed(scale);
            case LossScaler.Zero scaler -> dynamic("zero", scaler.scale(), scaler.settings());
            case LossScaler.Unfused scaler -> dynamic("unfused", scaler.scale(), scaler.settings());
        };
    }

    private static ScalerSettings dynamic(String algorithm, double initial, LossScaler.Settings settings) {
        return ScalerSettings.dynamic(algorithm, initial, settings.window(), settings.hysteresis(), settings.min());
    }

    private String dataOrderHash() {
        MessageDigest digest = Canonical.sha256();
        data.train().addTo(digest);
        data.test().addTo(digest);
        for (int item : new ShuffledOrder(config, data.train().size()).order(0)) {
            update(digest, item);
        }
        for (int item : parts.sampler().admitted(data.train().size())) {
            update(digest, item);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, int item) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(item).array());
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
    ///
    /// @param device that the run was made on
    String checkpoint(Backend device) {
        String settings = CanonicalForm.of(config) + CanonicalForm.of(device.mode());
        return "%s %s %s"
                .formatted(Canonical.hash(settings), device.id(), otherParts())
                .strip();
    }
}
