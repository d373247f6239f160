package dev.parity.engine;

import dev.parity.spi.Canonical;

/// An interval of finite numbers that a setting must lie in, as `scenario.schema.json` states it too.
///
/// @param low lower bound
/// @param closedLow whether the lower bound is one of the numbers
/// @param high upper bound, infinite where there is none
/// @param closedHigh whether the upper bound is one of the numbers
record Range(double low, boolean closedLow, double high, boolean closedHigh) {
    /// Every whole number that a double, and so JSON, holds exactly.
    static final Range SEED = closed(-0x1p53 + 1, 0x1p53 - 1);

    /// Numbers above 0.
    static final Range POSITIVE = new Range(0, false, Double.POSITIVE_INFINITY, false);

    /// 0 and above.
    static final Range NOT_NEGATIVE = new Range(0, true, Double.POSITIVE_INFINITY, false);

    /// What an average keeps of its past.
    static final Range DECAY = new Range(0, true, 1, false);

    static Range closed(double low, double high) {
        return new Range(low, true, high, true);
    }

    /// Refuses a number outside; NaN is in no range, an infinity in none of those here.
    ///
    /// @param key as a scenario writes it
    /// @param value the number
    /// @throws IllegalArgumentException with key, range and number
    void check(String key, double value) {
        check(key, value, Double.toString(value));
    }

    /// Refuses a whole number outside.
    ///
    /// @param key as a scenario writes it
    /// @param value the number
    /// @throws IllegalArgumentException with key, range and number
    void check(String key, long value) {
        check(key, (double) value, Long.toString(value));
    }

    private void check(String key, double value, String shown) {
        boolean inside = (closedLow ? value >= low : value > low) && (closedHigh ? value <= high : value < high);
        if (!inside) {
            throw new IllegalArgumentException("%s must be in %s, was %s".formatted(key, this, shown));
        }
    }

    @Override
    public String toString() {
        return "%s%s, %s%s"
                .formatted(
                        closedLow ? "[" : "(",
                        Canonical.number(low),
                        high == Double.POSITIVE_INFINITY ? "∞" : Canonical.number(high),
                        closedHigh ? "]" : ")");
    }
}
