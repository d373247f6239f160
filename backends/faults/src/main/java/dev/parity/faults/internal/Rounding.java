package dev.parity.faults.internal;

import dev.parity.spi.Op;
import dev.parity.spi.Value;

/// Rounds FP32 to fewer bits with nothing but sums and products.
public final class Rounding {
    /// Bits of an FP32 significand after the leading one.
    private static final int FP32_BITS = 23;

    private Rounding() {}

    /// Rounds a value to nearest.
    ///
    /// By Veltkamp's splitting (Dekker, Numerische Mathematik 18, 1971): with c = 2^s + 1, fl(c·x) - fl(c·x - x)
    /// is x without its last s bits. Where nothing is rounded, as by the exact golden, it is x.
    ///
    /// @param to receives the nodes
    /// @param x FP32; below 2^127 / c, else the result is NaN
    /// @param bits that stay after the leading one, 1 to 22
    /// @return the rounded value
    public static Value apply(Rewriter to, Value x, int bits) {
        Value large = to.apply(new Op.Scale(Math.scalb(1.0, FP32_BITS - bits) + 1), x);
        Value rest = to.apply(new Op.Add(), large, to.apply(new Op.Scale(-1), x));
        return to.apply(new Op.Add(), large, to.apply(new Op.Scale(-1), rest));
    }
}
