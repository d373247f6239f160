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
    private static final int TF32_LOST = 13;
    private static final int FRACTION = 23;

    void cast(float[] to, float[] values, int from, int length) {
        for (int i = 0; i < length; i++) {
            to[i] = cast(values[from + i]);
        }
        if (rule.flushInputs()) {
            float least = Math.scalb(1f, format.minExponent());
            for (int i = 0; i < length; i++) {
                to[i] = Math.abs(to[i]) < least ? Math.copySign(0f, to[i]) : to[i];
            }
        }
    }

    private float cast(float value) {
        return switch (format) {
            case FP16 -> halves ? half(value) : value;
            case BF16, FP32 -> value;
            case TF32 -> Rounded.toFewer(value, TF32_LOST, rule.operandRounding());
            case HF32 -> Rounded.toFewer(value, FRACTION - rule.hf32Bits(), rule.operandRounding());
        };
    }

    private static float half(float value) {
        float largest = (float) ElementType.FP16.maxValue();
        return Float.isNaN(value)
                ? 0
                : Float.float16ToFloat(Float.floatToFloat16(Math.clamp(value, -largest, largest)));
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
