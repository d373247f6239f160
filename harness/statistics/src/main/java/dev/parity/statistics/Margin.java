package dev.parity.statistics;

/// One bound that a gate judges by.
///
/// @param name as scenarios and `--set margins.NAME=VALUE` write it
/// @param meaning what it bounds, with its unit
/// @param above it must be larger than this
public record Margin(String name, String meaning, double above) {
    /// Checks a value.
    ///
    /// @param value of this margin
    /// @throws IllegalArgumentException if it is not larger than it must be, or not finite
    void check(double value) {
        if (!(value > above && Double.isFinite(value))) {
            throw new IllegalArgumentException("margins.%s must be above %s, was %s".formatted(name, above, value));
        }
    }
}
