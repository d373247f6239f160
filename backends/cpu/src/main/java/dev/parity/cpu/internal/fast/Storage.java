package dev.parity.cpu.internal.fast;

import dev.parity.spi.ElementType;

/// Rounds FP32 results to the type they are stored in, in loops that the compiler vectorises.
final class Storage {
    private Storage() {}

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
