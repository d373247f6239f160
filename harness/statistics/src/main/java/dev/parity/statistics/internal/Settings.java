package dev.parity.statistics.internal;

import java.util.HashMap;
import java.util.Map;

/// Settings that a provenance writes as `key=value` words.
public final class Settings {
    private final Map<String, String> values = new HashMap<>();

    /// Reads settings.
    ///
    /// @param text words; those without `=` are left out
    public Settings(String text) {
        for (String word : text.split(" ", -1)) {
            int at = word.indexOf('=');
            if (at > 0) {
                values.put(word.substring(0, at), word.substring(at + 1));
            }
        }
    }

    /// Returns a number.
    ///
    /// @param key of the setting
    /// @return its value
    /// @throws IllegalArgumentException if it is absent or no number
    public double number(String key) {
        try {
            return Double.parseDouble(text(key));
        } catch (NumberFormatException problem) {
            throw new IllegalArgumentException(
                    "setting %s must be a number, was %s".formatted(key, text(key)), problem);
        }
    }

    /// Returns a word.
    ///
    /// @param key of the setting
    /// @return its value
    /// @throws IllegalArgumentException if it is absent
    public String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("setting %s is absent, there are %s".formatted(key, values.keySet()));
        }
        return value;
    }
}
