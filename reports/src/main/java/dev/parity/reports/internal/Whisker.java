package dev.parity.reports.internal;

import dev.parity.statistics.Interval;
import dev.parity.statistics.Unit;

/// An interval drawn on its margin: places run from 0 to 100, the margin from 25 to 75, equality at 50. What lies
/// beyond twice the margin stands at the edge.
///
/// @param value place of the estimate
/// @param low place of the interval's lower end; that of the estimate where there is none
/// @param high place of its upper end
/// @param beyond whether the estimate lies beyond the drawing
public record Whisker(double value, double low, double high, boolean beyond) {
    /// Draws a statistic.
    ///
    /// @param unit of all numbers
    /// @param value the estimate
    /// @param interval of 90 %
    /// @param margin its bound
    /// @return the drawing
    public static Whisker of(Unit unit, double value, Interval interval, double margin) {
        double at = unit.ofMargin(value, margin);
        boolean alone = interval.equals(Interval.NONE);
        return new Whisker(
                place(at),
                place(alone ? at : unit.ofMargin(interval.low(), margin)),
                place(alone ? at : unit.ofMargin(interval.high(), margin)),
                !(Math.abs(at) <= 2));
    }

    /// NaN, a difference that is no number, stands at the right edge.
    private static double place(double share) {
        double place = Math.clamp(50 + 25 * (Double.isNaN(share) ? 2 : share), 1, 99);
        return Math.round(100 * place) / 100.0;
    }
}
