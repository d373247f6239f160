package dev.parity.cpu.internal;

import dev.parity.cpu.internal.vector.VectorElements;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode.Overflow;

/// Rounds FP32 results to the type they are stored in, in loops that the compiler vectorises.
final class Storage {
    private Storage() {}

    /// Rounds a range of elements to nearest even, in place; under [Overflow#SATURATE] overflow sets the rank's status.
    static void round(float[] values, int from, int to, ElementType type, Overflow overflow, Rank rank) {
        round(values, from, to, type);
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        if (half && overflow == Overflow.SATURATE && VectorElements.anyNonFinite(values, from, to)) {
            rank.saturated = true;
            float largest = (float) type.maxValue();
            for (int i = from; i < to; i++) {
                values[i] = Float.isNaN(values[i]) ? 0 : Math.clamp(values[i], -largest, largest);
            }
        }
    }

    /// Rounds a range of elements to nearest even, in place; overflow becomes infinite.
    static void round(float[] values, int from, int to, ElementType type) {
        switch (type) {
            case FP16 -> {
                for (int i = from; i < to; i++) {
                    values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
                }
            }
            case BF16 -> {
                for (int i = from; i < to; i++) {
                    values[i] = toBfloat16(values[i]);
                }
            }
            case FP64, FP32, INT32, UINT8 -> {
                // held as they are
            }
        }
    }

    /// Rounds the significand to 8 bits, ties to even.
    static float toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int rounded = (bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff_0000;
        return Float.isNaN(value) ? Float.NaN : Float.intBitsToFloat(rounded);
    }
}
