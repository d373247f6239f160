package dev.parity.trace.internal.logs;

import dev.parity.trace.Provenance;
import dev.parity.trace.ScalerSettings;
import java.util.Map;
import java.util.Optional;

/// What the loss scales of a log say of the scaler that set them.
final class ScaleKind {
    private double first;
    private boolean changes;
    private Optional<String> origin = Optional.empty();

    void add(double scale, String where) {
        if (origin.isEmpty()) {
            first = scale;
            origin = Optional.of(where);
        }
        changes |= scale != first;
    }

    /// Tells the scaler, unless its own lines did. A scale that is 1 throughout is none, and one that no
    /// doubling reaches is static; a power of two that stays may be either.
    void end(Reading reading) {
        if (origin.isEmpty() || reading.knows(Provenance.LOSS_SCALER)) {
            return;
        }
        boolean power = first > 0 && Double.isFinite(first) && Math.scalb(1.0, Math.getExponent(first)) == first;
        Optional<ScalerSettings> settings = changes
                ? Optional.of(ScalerSettings.of("megatron"))
                : first == 1
                        ? Optional.of(ScalerSettings.of("none"))
                        : power ? Optional.empty() : Optional.of(ScalerSettings.fixed(first));
        if (changes && !reading.knows(Provenance.DTYPE)) {
            reading.fact(Provenance.DTYPE, "fp16", false, origin.get());
        }
        for (Map.Entry<String, String> key :
                settings.map(ScalerSettings::keys).orElse(Map.of()).entrySet()) {
            reading.fact(key.getKey(), key.getValue(), false, origin.get());
        }
    }
}
