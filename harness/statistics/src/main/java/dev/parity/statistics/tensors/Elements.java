package dev.parity.statistics.tensors;

/// Tells what of an element can be compared.
///
/// @param format of the device's elements
/// @param saturates whether the device has no infinities
record Elements(NumberFormat format, boolean saturates) {
    /// What a pair of elements is.
    enum Kind {
        /// Two numbers with a distance.
        NUMBER,
        /// Both beyond all numbers, in one direction.
        SAME,
        /// Not of one kind.
        APART,
        /// The golden has no answer, and the device is as it then must be.
        UNJUDGED
    }

    Kind kind(double golden, double found) {
        if (Double.isNaN(golden)) {
            return (saturates ? found == 0 : Double.isNaN(found)) ? Kind.UNJUDGED : Kind.APART;
        }
        double limit = saturates ? format.maxValue() : Double.POSITIVE_INFINITY;
        if (format.overflows(golden) && found == Math.copySign(limit, golden)) {
            return Kind.SAME;
        }
        boolean near = Math.abs(golden) < format.beyond() && Math.abs(found) <= format.maxValue();
        boolean rounded = Double.isInfinite(found)
                && !saturates
                && Math.abs(golden) >= format.maxValue()
                && Math.signum(found) == Math.signum(golden);
        return near || rounded ? Kind.NUMBER : Kind.APART;
    }

    /// Takes an infinity that is a rounding away from the largest number for the power of two behind it.
    double number(double found) {
        return Double.isInfinite(found) ? Math.copySign(format.beyond(), found) : found;
    }

    double ulps(double golden, double found) {
        return switch (kind(golden, found)) {
            case NUMBER -> format.ulps(golden, number(found));
            case SAME, UNJUDGED -> 0;
            case APART -> Double.POSITIVE_INFINITY;
        };
    }
}
