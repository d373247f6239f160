package dev.parity.cpu.internal.model;

import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule.Rounding;

/// Rounding of exact numbers, by way of doubles that are rounded to odd.
///
/// A number that is no double is taken as that neighbour whose last bit is 1; rounding it once more, to a type that is
/// two bits or more narrower, gives what rounding the number itself does (Boldo and Melquiond, IEEE Transactions on
/// Computers 57(4), 2008).
final class Rounded {
    private Rounded() {}

    /// Rounds a number to odd.
    ///
    /// @param nearest the nearest double
    /// @param remainder sign of what the number is more than that
    static double toOdd(double nearest, double remainder) {
        if (remainder == 0 || (Double.doubleToRawLongBits(nearest) & 1) == 1) {
            return nearest;
        }
        return remainder > 0 ? Math.nextUp(nearest) : Math.nextDown(nearest);
    }

    /// Adds two doubles and rounds the sum to odd; what of it is lost is found as Knuth does (The Art of Computer
    /// Programming 2, 4.2.2).
    static double sum(double x, double y) {
        double sum = x + y;
        double part = sum - x;
        double lost = (x - (sum - part)) + (y - part);
        return Double.isFinite(sum) ? toOdd(sum, lost) : sum;
    }

    /// Rounds to FP32; what is 2^128 or more is infinite in every direction.
    static float toFloat(double value, Rounding rounding) {
        float nearest = (float) value;
        if (rounding == Rounding.RNE || Float.isNaN(nearest) || Math.abs(value) >= 0x1p128) {
            return nearest;
        }
        boolean beyond = Math.abs((double) nearest) > Math.abs(value);
        float cut = beyond ? Math.nextAfter(nearest, 0.0) : nearest;
        if (rounding == Rounding.RZ) {
            return cut;
        }
        boolean up = Math.abs(value) - Math.abs((double) cut) >= Math.ulp(cut) / 2.0;
        return up ? Math.nextAfter(cut, Math.copySign(Double.POSITIVE_INFINITY, value)) : cut;
    }

    /// Rounds an FP32 number to fewer bits of the fraction.
    ///
    /// @param lower how many bits are dropped
    static float toFewer(float value, int lower, Rounding rounding) {
        if (!Float.isFinite(value)) {
            return value;
        }
        int bits = Float.floatToRawIntBits(value);
        int half = 1 << (lower - 1);
        int added = switch (rounding) {
            case RZ -> 0;
            case RNE -> half - 1 + ((bits >>> lower) & 1);
            case RNA -> half;
        };
        return Float.intBitsToFloat(((bits + added) >>> lower) << lower);
    }

    /// Rounds an FP32 number to FP16 or BF16.
    static float toType(float value, ElementType type, Rounding rounding) {
        if (value == 0 || !Float.isFinite(value)) {
            return value;
        }
        double ulp = type.ulp(value);
        double units = Math.abs(value) / ulp;
        double whole = switch (rounding) {
            case RNE -> Math.rint(units);
            case RZ -> Math.floor(units);
            case RNA -> Math.floor(units + 0.5);
        };
        double magnitude = whole * ulp;
        boolean beyond = magnitude > type.maxValue();
        return (float) Math.copySign(beyond ? Double.POSITIVE_INFINITY : magnitude, value);
    }
}
