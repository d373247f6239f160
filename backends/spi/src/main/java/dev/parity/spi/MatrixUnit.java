package dev.parity.spi;

/// What a matrix unit makes of one dot product: `c + a[0] b[0] + a[1] b[1] + …`. Numbers are bit patterns.
public interface MatrixUnit {
    /// Computes with an FP32 accumulator.
    ///
    /// @param a operands in the unit's format
    /// @param b as many
    /// @param c FP32
    /// @return FP32
    int dot(int[] a, int[] b, int c);

    /// Computes with an FP16 accumulator.
    ///
    /// @param a operands in the unit's format
    /// @param b as many
    /// @param c FP16
    /// @return FP16, in the lower 16 bits
    int dotInHalf(int[] a, int[] b, int c);
}
