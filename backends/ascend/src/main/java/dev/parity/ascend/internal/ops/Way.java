package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import dev.parity.ascend.internal.cann.Soc;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;

/// How a backend computes on a generation of NPUs.
///
/// @param mode what was asked for
/// @param soc the generation
/// @param chosen whether operators are told how to multiply FP32; else they get what vendors' samples give them, which
/// lets them round the operands
public record Way(NumericMode mode, Soc soc, boolean chosen) {
    private static final byte KEEP = 0; // cubeMathType
    private static final byte ALLOW_DOWN = 1;
    private static final byte FP16 = 2;
    private static final byte HF32 = 3;

    /// Tells whether results that are too large become the largest number, and nothing is infinite.
    ///
    /// @return whether it does
    public boolean saturates() {
        return mode.overflow() == NumericMode.Overflow.SATURATE;
    }

    /// Returns the cubeMathType of a matrix product.
    byte matMul(DataType type) {
        return cube(type, mode.matMulOperands());
    }

    /// Returns the cubeMathType of a convolution.
    byte conv(DataType type) {
        return cube(type, mode.convOperands());
    }

    private byte cube(DataType type, OperandRounding rounding) {
        if (type != DataType.FLOAT) {
            return KEEP;
        }
        if (!chosen) {
            return ALLOW_DOWN;
        }
        return switch (rounding) {
            case NONE -> KEEP;
            case HF32 -> HF32;
            case FP16 -> FP16;
            case TF32 -> throw new IllegalArgumentException("no NPU has TF32");
        };
    }
}
