package dev.parity.statistics;

/// A confidence interval.
///
/// @param low lower end
/// @param high upper end
public record Interval(double low, double high) {
    /// Of a statistic that has none.
    public static final Interval NONE = new Interval(Double.NaN, Double.NaN);

    /// Tells whether the interval lies inside another one.
    ///
    /// @param from lower end
    /// @param to upper end
    /// @return whether both ends are strictly inside
    public boolean inside(double from, double to) {
        return low > from && high < to;
    }

    /// Tells whether the interval lies wholly outside another one.
    ///
    /// @param from lower end
    /// @param to upper end
    /// @return whether the two have nothing in common
    public boolean outside(double from, double to) {
        return high < from || low > to;
    }
}
