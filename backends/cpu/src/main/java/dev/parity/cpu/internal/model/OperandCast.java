package dev.parity.cpu.internal.model;

import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.OperandFormat;

/// How a tensor's elements become operands of a matrix unit.
///
/// @param format of the operands
/// @param rule how FP32 is rounded to TF32 and HF32, and whether subnormals count
/// @param halves whether FP32 is rounded to FP16, as the cast before a cube unit without FP32 does: what is too large
///     becomes the largest value and NaN becomes 0
record OperandCast(OperandFormat format, MatrixRule rule, boolean halves) {
    void cast(float[] to, float[] values, int from, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = cast(values[from + i]);
        }
    }

    float cast(float value) {
        float cast = switch (format) {
            case FP16 -> halves ? half(value) : value;
            case BF16, FP32 -> value;
            case TF32 -> fewer(value, format.fraction());
            case HF32 -> fewer(value, rule.hf32Bits());
        };
        boolean flushed = rule.flushInputs() && Math.getExponent(cast) < format.minExponent();
        return flushed ? Math.copySign(0f, cast) : cast;
    }

    private float fewer(float value, int fraction) {
        return Rounded.toFewer(value, OperandFormat.FP32.fraction() - fraction, rule.operandRounding());
    }

    private static float half(float value) {
        return Float.float16ToFloat(Float.floatToFloat16((float) ElementType.FP16.saturated(value)));
    }

    /// Writes an operand's bits.
    int bits(float operand) {
        return switch (format) {
            case FP16 -> Short.toUnsignedInt(Float.floatToFloat16(operand));
            case BF16 -> Float.floatToRawIntBits(operand) >>> Short.SIZE;
            case TF32, HF32, FP32 -> Float.floatToRawIntBits(operand);
        };
    }
}
