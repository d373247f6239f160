package dev.parity.cpu.internal;

import dev.parity.spi.ElementType;

/// What a rank sends in an all-reduce, in the element type's own size: a core pays for every line of a cache
/// that another core has read.
final class Message {
    /// Bytes of a cache line.
    private static final int LINE = 64;

    /// Lines taken back at a time.
    private static final int LINES = 20;

    private final ElementType type;
    private final float[] floats;
    private final short[] halves;
    private int reclaimed;

    /// Makes room.
    ///
    /// @param type FP16, BF16 or FP32
    /// @param length elements
    Message(ElementType type, int length) {
        this.type = type;
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        floats = new float[half ? 0 : length];
        halves = new short[half ? length : 0];
    }

    /// Writes to a few of the message's cache lines, until all have been written to since they were read by
    /// other cores: the stores wait for the lines while the caller computes on.
    void reclaim() {
        int line = LINE / (floats.length > 0 ? Float.BYTES : Short.BYTES);
        int length = Math.max(floats.length, halves.length);
        int end = Math.min(reclaimed + LINES * line, length);
        for (int i = reclaimed; i < end; i += line) {
            if (floats.length > 0) {
                floats[i] = 0;
            } else {
                halves[i] = 0;
            }
        }
        reclaimed = end;
    }

    /// Takes elements times a factor, rounded to the type.
    void pack(int at, float[] x, float factor) {
        reclaimed = 0;
        switch (type) {
            case FP16 -> {
                for (int i = 0; i < x.length; i++) {
                    halves[at + i] = Float.floatToFloat16(x[i] * factor);
                }
            }
            case BF16 -> {
                for (int i = 0; i < x.length; i++) {
                    halves[at + i] = (short) (Float.floatToRawIntBits(Storage.toBfloat16(x[i] * factor)) >>> 16);
                }
            }
            default -> {
                for (int i = 0; i < x.length; i++) {
                    floats[at + i] = x[i] * factor;
                }
            }
        }
    }

    /// Gives elements back.
    void unpack(int at, float[] x, int length) {
        switch (type) {
            case FP16 -> {
                for (int i = 0; i < length; i++) {
                    x[i] = Float.float16ToFloat(halves[at + i]);
                }
            }
            case BF16 -> {
                for (int i = 0; i < length; i++) {
                    x[i] = Float.intBitsToFloat(halves[at + i] << 16);
                }
            }
            default -> System.arraycopy(floats, at, x, 0, length);
        }
    }

    /// Adds the messages of two ranks, each sum rounded to the type; overflow becomes infinite.
    ///
    /// @param other of the same type and length
    /// @param at where to begin in both
    /// @param y receives the sums
    void add(Message other, int at, float[] y) {
        switch (type) {
            case FP16 -> {
                for (int i = 0; i < y.length; i++) {
                    float sum = Float.float16ToFloat(halves[at + i]) + Float.float16ToFloat(other.halves[at + i]);
                    y[i] = Float.float16ToFloat(Float.floatToFloat16(sum));
                }
            }
            case BF16 -> {
                for (int i = 0; i < y.length; i++) {
                    float mine = Float.intBitsToFloat(halves[at + i] << 16);
                    y[i] = Storage.toBfloat16(mine + Float.intBitsToFloat(other.halves[at + i] << 16));
                }
            }
            default -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] = floats[at + i] + other.floats[at + i];
                }
            }
        }
    }
}
