package dev.parity.spi;

/// A format in which a matrix unit reads the operands of its products.
public enum OperandFormat {
    /// IEEE binary16.
    FP16(16, -14, 10),
    /// Brain float, the upper half of a binary32.
    BF16(16, -126, 7),
    /// NVIDIA's TF32: a binary32 of which the sign, the exponent and 10 bits of the fraction are read.
    TF32(32, -126, 10),
    /// Huawei's HF32: as TF32, with 11 bits of the fraction.
    HF32(32, -126, 11),
    /// IEEE binary32.
    FP32(32, -126, 23);

    private final int bits;
    private final int minExponent;
    private final int fraction;

    OperandFormat(int bits, int minExponent, int fraction) {
        this.bits = bits;
        this.minExponent = minExponent;
        this.fraction = fraction;
    }

    /// Returns how many bits an operand has in memory.
    ///
    /// @return 16 or 32
    public int bits() {
        return bits;
    }

    /// Returns the exponent of the smallest normal value, which subnormals have too.
    ///
    /// @return of a power of two
    public int minExponent() {
        return minExponent;
    }

    /// Returns how many bits of the fraction are read, at most.
    ///
    /// @return 7 to 23
    public int fraction() {
        return fraction;
    }
}
