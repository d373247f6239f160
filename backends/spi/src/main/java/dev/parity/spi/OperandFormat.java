package dev.parity.spi;

/// A format in which a matrix unit reads the operands of its products.
public enum OperandFormat {
    /// IEEE binary16.
    FP16(16, -14),
    /// Brain float, the upper half of a binary32.
    BF16(16, -126),
    /// NVIDIA's TF32: a binary32 of which the sign, the exponent and 10 bits of the fraction are read.
    TF32(32, -126),
    /// Huawei's HF32: as TF32, with 11 bits of the fraction.
    HF32(32, -126),
    /// IEEE binary32.
    FP32(32, -126);

    private final int bits;
    private final int minExponent;

    OperandFormat(int bits, int minExponent) {
        this.bits = bits;
        this.minExponent = minExponent;
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
}
