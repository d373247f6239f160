package dev.parity.statistics.tensors;

/// How the elements of a tensor are stored, with the constants by which published standards judge them.
public enum NumberFormat {
    /// IEEE binary16.
    FP16(-14, 15, 10, 0x1p-10, 0x1p-16, 0x1p-11, 0x1p-13, 0x1p-9, 0x1p-9, 0.1),
    /// Brain float.
    BF16(-126, 127, 7, 0x1p-10, 0x1p-16, 0x1p-8, 0x1p-10, 0x1p-6, 0x1p-6, 1),
    /// IEEE binary32.
    FP32(-126, 127, 23, 0x1p-20, 0x1p-30, 0x1p-14, 0x1p-16, 0x1p-10, 0x1p-16, 0.01),
    /// Whole numbers: exact or wrong.
    INTEGER(0, 31, 0, 0, 0, 0, 0, 0, 0, 0);

    private final int minExponent;
    private final int maxExponent;
    private final int fractionBits;
    private final double small;
    private final double smallTolerance;
    private final double floor;
    private final double bias;
    private final double relative;
    private final double absolute;
    private final double largest;

    NumberFormat(
            int minExponent,
            int maxExponent,
            int fractionBits,
            double small,
            double smallTolerance,
            double floor,
            double bias,
            double relative,
            double absolute,
            double largest) {
        this.minExponent = minExponent;
        this.maxExponent = maxExponent;
        this.fractionBits = fractionBits;
        this.small = small;
        this.smallTolerance = smallTolerance;
        this.floor = floor;
        this.bias = bias;
        this.relative = relative;
        this.absolute = absolute;
        this.largest = largest;
    }

    /// Returns the magnitude below which an element is a small value, judged by its absolute error.
    ///
    /// @return 2^-10, or 2^-20 for FP32
    public double small() {
        return small;
    }

    /// Returns the largest absolute error of a small value.
    ///
    /// @return 2^-16, or 2^-30 for FP32
    public double smallTolerance() {
        return smallTolerance;
    }

    /// Returns the error that a ratio of errors takes the reference to have at least.
    ///
    /// @return 2^-11, 2^-8 or 2^-14
    public double floor() {
        return floor;
    }

    /// Returns the same for errors relative to a tensor's size. The published floor of FP32 lets operands pass that
    /// were rounded to TF32 (1e-4); sums of FP32 products lose less than 1e-5.
    ///
    /// @return 2^-11, 2^-8 or 2^-16
    public double sizedFloor() {
        return this == FP32 ? bias : floor;
    }

    /// Returns how far a tensor may be shifted as a whole, relative to its size. FP16 and BF16: a quarter of the unit
    /// roundoff, so that a cast that cuts off (0.7 of it) is seen and a tensor core (1e-4 over 4608 terms) is not.
    ///
    /// @return 2^-13, 2^-10 or 2^-16
    public double bias() {
        return bias;
    }

    /// Returns the relative part of the mixed tolerance.
    ///
    /// @return 2^-9, 2^-6 or 2^-10
    public double relative() {
        return relative;
    }

    /// Returns the absolute part of the mixed tolerance.
    ///
    /// @return 2^-9, 2^-6 or 2^-16
    public double absolute() {
        return absolute;
    }

    /// Returns the largest absolute error beside the mixed tolerance; 32 ulps are let pass too.
    ///
    /// @return 0.1, 1 or 0.01
    public double largest() {
        return largest;
    }

    /// Returns the smallest normal number.
    ///
    /// @return for example 2^-14
    public double minNormal() {
        return Math.scalb(1.0, minExponent);
    }

    /// Returns the largest finite number.
    ///
    /// @return for example 65504
    public double maxValue() {
        return (2 - Math.scalb(1.0, -fractionBits)) * Math.scalb(1.0, maxExponent);
    }

    /// Returns the power of two behind the largest finite number.
    ///
    /// @return for example 65536
    public double beyond() {
        return Math.scalb(1.0, maxExponent + 1);
    }

    /// Tells whether a number rounds to infinity.
    ///
    /// @param exact not NaN
    /// @return whether it is at least half an ulp beyond the largest finite number
    public boolean overflows(double exact) {
        return Math.abs(exact) >= (maxValue() + beyond()) / 2;
    }

    /// Rounds to the nearest number of the format, ties to even; what overflows is not asked for.
    ///
    /// @param exact finite
    /// @return the number, or the power of two behind the largest
    double nearest(double exact) {
        double ulp = Math.scalb(1.0, Math.max(Math.getExponent(exact), minExponent) - fractionBits);
        return this == INTEGER ? exact : Math.rint(exact / ulp) * ulp;
    }

    /// Measures a distance in units of the last place of the golden.
    ///
    /// @param golden finite
    /// @param found finite
    /// @return |found - golden|·2^(m - e), e the golden's exponent, at least the smallest of the format
    public double ulps(double golden, double found) {
        int exponent = Math.max(Math.getExponent(golden), minExponent);
        return this == INTEGER
                ? Math.abs(found - golden)
                : Math.scalb(Math.abs(found - golden), fractionBits - exponent);
    }
}
