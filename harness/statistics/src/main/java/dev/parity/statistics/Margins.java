package dev.parity.statistics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much may differ: a value for each margin of a profile.
///
/// @param values by the margins' names
public record Margins(Map<String, Double> values) {
    /// Copies the map.
    public Margins {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Returns a margin's value.
    ///
    /// @param margin of a gate that is in the profile
    /// @return in the margin's unit
    public double of(Margin margin) {
        Double value = values.get(margin.name());
        if (value == null) {
            throw new IllegalArgumentException(
                    "no value for margins.%s, there are %s".formatted(margin.name(), values.keySet()));
        }
        return value;
    }
}
