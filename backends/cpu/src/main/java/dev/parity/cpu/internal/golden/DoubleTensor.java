package dev.parity.cpu.internal.golden;

import dev.parity.cpu.internal.host.Lengths;
import dev.parity.spi.ElementType;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;

/// A tensor of the golden: every element in binary64, whatever its type says.
public final class DoubleTensor implements Tensor {
    private final TensorType type;
    private final boolean rounds;
    final double[] values;

    DoubleTensor(TensorType type, boolean rounds) {
        this.type = type;
        this.rounds = rounds;
        this.values = new double[type.shape().size()];
    }

    @Override
    public TensorType type() {
        return type;
    }

    @Override
    public void write(double[] source) {
        Lengths.check(source, values.length);
        ElementType element = type.element();
        for (int i = 0; i < values.length; i++) {
            values[i] = rounds ? element.round(source[i]) : source[i];
        }
    }

    @Override
    public void write(int from, float[] source, int offset, int length) {
        Lengths.check(from, offset, length, values.length, source.length);
        for (int i = 0; i < length; i++) {
            values[from + i] = source[offset + i];
        }
    }

    @Override
    public void read(double[] target) {
        Lengths.check(target, values.length);
        System.arraycopy(values, 0, target, 0, values.length);
    }

    @Override
    public void close() {
        // the garbage collector frees it
    }
}
