package dev.parity.spi;

/// The type of one tensor element.
///
/// Floating types follow IEEE 754-2019 binary16, binary32 and binary64; BF16 is binary32 with the
/// significand cut to 8 bits.
public enum ElementType {
    /// IEEE binary64.
    FP64(8, 53, -1022, 1023),
    /// IEEE binary32.
    FP32(4, 24, -126, 127),
    /// Brain float, the upper half of a binary32.
    BF16(2, 8, -126, 127),
    /// IEEE binary16.
    FP16(2, 11, -14, 15),
    /// Two's complement, 32 bits.
    INT32(4, 0, 0, 0),
    /// Unsigned, 8 bits.
    UINT8(1, 0, 0, 0);

    private final int bytes;
    private final int significandBits;
    private final int minExponent;
    private final int maxExponent;

    ElementType(int bytes, int significandBits, int minExponent, int maxExponent) {
        this.bytes = bytes;
        this.significandBits = significandBits;
        this.minExponent = minExponent;
        this.maxExponent = maxExponent;
    }

    /// Returns the size of one element in bytes.
    ///
    /// @return 1, 2, 4 or 8
    public int bytes() {
        return bytes;
    }

    /// Tells floating types from integer types.
    ///
    /// @return whether the type has a fraction
    public boolean isFloating() {
        return significandBits > 0;
    }

    /// Returns the largest finite value.
    ///
    /// @return for example 65504 for FP16
    public double maxValue() {
        return switch (this) {
            case FP64, FP32, BF16, FP16 -> (2 - Math.scalb(1.0, 1 - significandBits)) * Math.scalb(1.0, maxExponent);
            case INT32 -> Integer.MAX_VALUE;
            case UINT8 -> 255;
        };
    }

    /// Returns the unit roundoff, half the distance from 1 to the next value above.
    ///
    /// @return 2^-p for p significand bits; 0 for integers
    public double unitRoundoff() {
        return isFloating() ? Math.scalb(1.0, -significandBits) : 0;
    }

    /// Returns the distance between neighbouring values at the magnitude of a value.
    ///
    /// @param value a finite value
    /// @return the unit in the last place; the spacing of subnormals below the normal range; 1 for integers
    public double ulp(double value) {
        return isFloating()
                ? Math.scalb(1.0, Math.max(Math.getExponent(value), minExponent) - (significandBits - 1))
                : 1;
    }

    /// Rounds to the nearest value of this type, ties to even, in one rounding from binary64.
    ///
    /// Magnitudes that round beyond [#maxValue()] become infinite (IEEE 754-2019 §4.3.1); NaN stays NaN.
    /// Integers are returned unchanged, for they are exact in binary64.
    ///
    /// @param value any value
    /// @return the nearest value of this type
    public double round(double value) {
        if (this == FP64 || !isFloating() || value == 0 || !Double.isFinite(value)) {
            return value;
        }
        double ulp = ulp(value);
        double rounded = Math.rint(value / ulp) * ulp;
        return Math.abs(rounded) > maxValue() ? Math.copySign(Double.POSITIVE_INFINITY, value) : rounded;
    }

    /// Puts the nearest number in the place of what is none, as a device without infinities does.
    ///
    /// @param value any value
    /// @return the largest value with its sign for what is beyond it, 0 for NaN, and else the value itself
    public double saturated(double value) {
        return Double.isNaN(value) ? 0 : Math.clamp(value, -maxValue(), maxValue());
    }
}
