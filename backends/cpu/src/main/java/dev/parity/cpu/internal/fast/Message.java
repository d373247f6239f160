package dev.parity.cpu.internal.fast;

import dev.parity.spi.ElementType;
import java.util.List;

/// What a rank sends in an all-reduce: tensors times a factor, in the element type's own size, since a
/// core pays for every line of a cache that another core has read. FP32 tensors are read where they are.
public final class Message {
    private final ElementType type;
    private final float[][] tensors;
    private final float factor;
    private final short[][] halves;

    /// Makes a message.
    ///
    /// @param type FP16, BF16 or FP32
    /// @param tensors what is sent
    /// @param factor of all elements
    Message(ElementType type, List<FloatTensor> tensors, float factor) {
        this.type = type;
        this.tensors = tensors.stream().map(tensor -> tensor.floats).toArray(float[][]::new);
        this.factor = factor;
        boolean half = type == ElementType.FP16 || type == ElementType.BF16;
        halves = new short[this.tensors.length][];
        for (int k = 0; k < halves.length; k++) {
            halves[k] = new short[half ? this.tensors[k].length : 0];
        }
    }

    /// Makes the message ready to be read by others.
    void pack() {
        for (int k = 0; k < tensors.length; k++) {
            float[] x = tensors[k];
            short[] to = halves[k];
            if (type == ElementType.FP16) {
                for (int i = 0; i < x.length; i++) {
                    to[i] = Float.floatToFloat16(x[i] * factor);
                }
            } else if (type == ElementType.BF16) {
                for (int i = 0; i < x.length; i++) {
                    to[i] = (short) (Float.floatToRawIntBits(Storage.toBfloat16(x[i] * factor)) >>> 16);
                }
            }
        }
    }

    /// Gives a part of the k-th tensor, rounded to the type.
    void unpack(int k, int from, float[] x, int length) {
        float[] given = tensors[k];
        short[] half = halves[k];
        switch (type) {
            case FP16 -> {
                for (int i = 0; i < length; i++) {
                    x[i] = Float.float16ToFloat(half[from + i]);
                }
            }
            case BF16 -> {
                for (int i = 0; i < length; i++) {
                    x[i] = Float.intBitsToFloat(half[from + i] << 16);
                }
            }
            case FP32, FP64, INT32, UINT8 -> {
                for (int i = 0; i < length; i++) {
                    x[i] = given[from + i] * factor;
                }
            }
        }
    }

    /// Adds the k-th tensors of two ranks, each sum rounded to the type; overflow becomes infinite.
    ///
    /// @param other of the same type and lengths, with the same factor
    /// @param k which tensor
    /// @param y receives the sums
    void add(Message other, int k, float[] y) {
        short[] mine = halves[k];
        short[] theirs = other.halves[k];
        switch (type) {
            case FP16 -> {
                for (int i = 0; i < y.length; i++) {
                    float sum = Float.float16ToFloat(mine[i]) + Float.float16ToFloat(theirs[i]);
                    y[i] = Float.float16ToFloat(Float.floatToFloat16(sum));
                }
            }
            case BF16 -> {
                for (int i = 0; i < y.length; i++) {
                    float sum = Float.intBitsToFloat(mine[i] << 16) + Float.intBitsToFloat(theirs[i] << 16);
                    y[i] = Storage.toBfloat16(sum);
                }
            }
            case FP32, FP64, INT32, UINT8 -> add(y, tensors[k], other.tensors[k], factor);
        }
    }

    private static void add(float[] y, float[] a, float[] b, float factor) {
        for (int i = 0; i < y.length; i++) {
            y[i] = a[i] * factor + b[i] * factor;
        }
    }
}
