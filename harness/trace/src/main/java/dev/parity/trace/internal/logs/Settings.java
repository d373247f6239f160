package dev.parity.trace.internal.logs;

import dev.parity.trace.OptimizerSettings;
import dev.parity.trace.Provenance;
import dev.parity.trace.ScalerSettings;
import dev.parity.trace.ScheduleSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Settings of optimizer and loss scaler, which a log says in pieces.
final class Settings {
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> origins = new HashMap<>();

    /// Takes a setting; of two that disagree the first counts.
    ///
    /// @param key as the canonical form has it, after the comparability key and a dot
    void add(String key, String value, String origin) {
        if (values.putIfAbsent(key, value) == null) {
            origins.putIfAbsent(key.substring(0, key.indexOf('.')), origin);
        }
    }

    /// Returns a number.
    OptionalDouble number(String key) {
        try {
            return values.containsKey(key) ? OptionalDouble.of(Numbers.parse(values.get(key))) : OptionalDouble.empty();
        } catch (NumberFormatException other) {
            return OptionalDouble.empty(); // such as None
        }
    }

    OptionalInt whole(String key) {
        OptionalDouble number = number(key);
        return number.isPresent() ? OptionalInt.of((int) number.getAsDouble()) : OptionalInt.empty();
    }

    /// Returns the loss scale before the first step.
    OptionalDouble initialScale() {
        return number("loss-scaler-settings.initial");
    }

    /// Returns the number of steps without overflow before a scale doubles.
    OptionalInt scaleWindow() {
        return whole("loss-scaler-settings.window");
    }

    /// Returns the smallest loss scale, DeepSpeed's default where it is unknown.
    double smallestScale() {
        return number("loss-scaler-settings.min").orElse(1);
    }

    /// Tells what is known.
    ///
    /// @param reading hears the facts
    void end(Reading reading) {
        ScalerSettings scaler = new ScalerSettings(
                Optional.empty(),
                OptionalDouble.empty(),
                initialScale(),
                scaleWindow(),
                whole("loss-scaler-settings.hysteresis"),
                number("loss-scaler-settings.min"));
        OptimizerSettings optimizer = new OptimizerSettings(
                Optional.ofNullable(values.get("optimizer.rule")),
                number("optimizer.lr"),
                number("optimizer.beta1"),
                number("optimizer.beta2"),
                number("optimizer.epsilon"),
                number("optimizer.weightDecay"),
                number("optimizer.momentum"),
                number("optimizer.clip"),
                Optional.empty(),
                new ScheduleSettings(
                        Optional.ofNullable(values.get("optimizer.schedule")),
                        number("optimizer.warmupMinLr"),
                        number("optimizer.warmupMaxLr"),
                        whole("optimizer.warmupSteps")));
        tell(scaler.keys(), Provenance.LOSS_SCALER_SETTINGS, reading);
        tell(optimizer.keys(), Provenance.OPTIMIZER, reading);
    }

    private void tell(Map<String, String> keys, String key, Reading reading) {
        if (keys.containsKey(key)) {
            reading.fact(key, keys.get(key), false, origins.getOrDefault(key, reading.name()));
        }
    }
}
