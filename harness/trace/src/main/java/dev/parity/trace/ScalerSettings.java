package dev.parity.trace;

import dev.parity.trace.internal.Words;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/// How a run scales its loss; what is absent is unknown.
///
/// @param algorithm `none`, `static`, `zero`, `unfused` or `megatron`
/// @param scale of a static scaler
/// @param initial first scale of a dynamic one
/// @param window steps without overflow before the scale doubles
/// @param hysteresis overflows before the scale halves
/// @param min smallest scale
public record ScalerSettings(
        Optional<String> algorithm,
        OptionalDouble scale,
        OptionalDouble initial,
        OptionalInt window,
        OptionalInt hysteresis,
        OptionalDouble min) {
    /// Only the algorithm is known.
    ///
    /// @param name `none`, `static`, `zero` or `unfused`
    /// @return the settings
    public static ScalerSettings of(String name) {
        return new ScalerSettings(
                Optional.of(name),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty());
    }

    /// Makes a static scaler's settings.
    ///
    /// @param scale for ever
    /// @return the settings
    public static ScalerSettings fixed(double scale) {
        return new ScalerSettings(
                Optional.of("static"),
                OptionalDouble.of(scale),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalDouble.empty());
    }

    /// Makes a dynamic scaler's settings.
    ///
    /// @param algorithm `zero` or `unfused`
    /// @param initial first scale
    /// @param window steps without overflow before the scale doubles
    /// @param hysteresis overflows before the scale halves
    /// @param min smallest scale
    /// @return the settings
    public static ScalerSettings dynamic(String algorithm, double initial, int window, int hysteresis, double min) {
        return new ScalerSettings(
                Optional.of(algorithm),
                OptionalDouble.empty(),
                OptionalDouble.of(initial),
                OptionalInt.of(window),
                OptionalInt.of(hysteresis),
                OptionalDouble.of(min));
    }

    /// Reads the canonical form.
    ///
    /// @param keys comparability of a provenance
    /// @return the settings
    /// @throws IllegalArgumentException if a number is none
    static ScalerSettings read(Map<String, String> keys) {
        Words words = Words.of(keys.getOrDefault(Provenance.LOSS_SCALER_SETTINGS, ""));
        return new ScalerSettings(
                Optional.ofNullable(keys.get(Provenance.LOSS_SCALER)).filter(name -> !name.isEmpty()),
                words.number("scale"),
                words.number("initial"),
                words.whole("window"),
                words.whole("hysteresis"),
                words.number("min"));
    }

    /// Writes the canonical form: the algorithm and its settings as two comparability keys.
    ///
    /// @return [Provenance#LOSS_SCALER] and [Provenance#LOSS_SCALER_SETTINGS], those that are known
    public Map<String, String> keys() {
        Map<String, String> keys = new TreeMap<>();
        algorithm.ifPresent(name -> keys.put(Provenance.LOSS_SCALER, name));
        String settings = new Words.Writer()
                .number("scale", scale)
                .number("initial", initial)
                .whole("window", window)
                .whole("hysteresis", hysteresis)
                .number("min", min)
                .toString();
        if (!settings.isEmpty()) {
            keys.put(Provenance.LOSS_SCALER_SETTINGS, settings);
        }
        return keys;
    }
}
