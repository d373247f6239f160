package dev.parity.statistics;

/// What the number of a statistic means, and where its margin lies.
public enum Unit {
    /// A share or a relative difference: 0.005 is half a percent; the margin lies on both sides of 0.
    RELATIVE,
    /// Percentage points; the margin lies on both sides of 0.
    POINTS,
    /// A ratio, 1 if equal; the margin m lies at 1/m and m.
    RATIO,
    /// The natural logarithm of a ratio; the margin lies on both sides of 0.
    LOGARITHM,
    /// A number without a unit; the margin lies on both sides of 0.
    PLAIN;

    /// Places a value on its margin.
    ///
    /// @param value of a statistic
    /// @param margin its bound
    /// @return 0 where nothing differs, 1 and -1 at the margin
    public double ofMargin(double value, double margin) {
        return this == RATIO ? Math.log(value) / Math.log(margin) : value / margin;
    }

    /// Writes a value.
    ///
    /// @param value of a statistic, not NaN
    /// @return with its unit, for example `0.5 %`
    public String text(double value) {
        return switch (this) {
            case RELATIVE -> "%.4g %%".formatted(100 * value);
            case POINTS -> "%.3g pp".formatted(value);
            case RATIO -> "× %.4g".formatted(value);
            case LOGARITHM -> "%.4g %%".formatted(100 * Math.expm1(value));
            case PLAIN -> "%.4g".formatted(value);
        };
    }

    /// Writes an interval.
    ///
    /// @param interval of a statistic that has one
    /// @return both ends with their unit, for example `-0.5 % … 0.5 %`
    public String text(Interval interval) {
        return "%s … %s".formatted(text(interval.low()), text(interval.high()));
    }
}
