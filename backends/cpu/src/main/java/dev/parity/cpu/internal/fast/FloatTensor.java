package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Lengths;
import dev.parity.spi.ElementType;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;

/// A tensor of the fast path: floating types in binary32 (which holds FP16 and BF16 exactly), INT32 as it
/// is.
public final class FloatTensor implements Tensor {
    private final TensorType type;
    /// The elements of a floating tensor, else empty.
    public final float[] floats;
    /// The elements of an INT32 tensor, else empty.
    public final int[] ints;

    FloatTensor(TensorType type) {
        this.type = type;
        int size = type.shape().size();
        this.floats = new float[type.element().isFloating() ? size : 0];
        this.ints = new int[type.element().isFloating() ? 0 : size];
    }

    @Override
    public TensorType type() {
        return type;
    }

    @Override
    public void write(double[] source) {
        Lengths.check(source, floats.length + ints.length);
        ElementType element = type.element();
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) source[i];
        }
        Storage.round(floats, 0, floats.length, element);
        for (int i = 0; i < floats.length; i++) {
            if (floats[i] != source[i]) {
                floats[i] = (float) element.round(source[i]); // not representable: one rounding, not two
            }
        }
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) source[i];
        }
    }

    @Override
    public void write(int from, float[] source, int offset, int length) {
        Lengths.check(from, offset, length, floats.length + ints.length, source.length);
        if (type.element().isFloating()) {
            System.arraycopy(source, offset, floats, from, length);
        }
        for (int i = 0; i < length && ints.length > 0; i++) {
            ints[from + i] = (int) source[offset + i];
        }
    }

    @Override
    public void read(double[] target) {
        Lengths.check(target, floats.length + ints.length);
        for (int i = 0; i < floats.length; i++) {
            target[i] = floats[i];
        }
        for (int i = 0; i < ints.length; i++) {
            target[i] = ints[i];
        }
    }

    @Override
    public void close() {
        // the garbage collector frees it
    }
}
