package dev.parity.cuda.internal;

import dev.parity.spi.ElementType;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import java.nio.ByteBuffer;
import java.util.Objects;

/// A tensor in the memory of a rank's device.
final class CudaTensor implements Tensor {
    private final Rank rank;
    private final TensorType type;
    private final long address;
    private boolean closed;

    /// Takes memory and fills it with zeros.
    CudaTensor(Rank rank, TensorType type) {
        this.rank = rank;
        this.type = type;
        address = rank.device().memory().allocate(bytes());
        try {
            rank.device().enter();
            rank.stream().clear(address, bytes());
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    int bytes() {
        return Math.multiplyExact(type.shape().size(), type.element().bytes());
    }

    long address() {
        return address;
    }

    @Override
    public TensorType type() {
        return type;
    }

    @Override
    public void write(double[] values) {
        checkLength(values.length);
        ElementType element = type.element();
        rank.upload(address, bytes(), buffer -> {
            for (double value : values) {
                put(buffer, element.round(value));
            }
        });
    }

    @Override
    public void write(int from, float[] values, int offset, int length) {
        Objects.checkFromIndexSize(from, length, type.shape().size());
        Objects.checkFromIndexSize(offset, length, values.length);
        int size = type.element().bytes();
        rank.upload(address + (long) from * size, length * size, buffer -> {
            for (int i = offset; i < offset + length; i++) {
                put(buffer, values[i]);
            }
        });
    }

    @Override
    public void read(double[] values) {
        checkLength(values.length);
        rank.download(address, bytes(), buffer -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = get(buffer);
            }
        });
    }

    private void checkLength(int length) {
        if (length != type.shape().size()) {
            throw new IllegalArgumentException("%s has %d elements, was given an array of %d"
                    .formatted(type, type.shape().size(), length));
        }
    }

    /// Writes an element; the value is one of the type.
    private void put(ByteBuffer buffer, double value) {
        switch (type.element()) {
            case FP64 -> buffer.putDouble(value);
            case FP32 -> buffer.putFloat((float) value);
            case FP16 -> buffer.putShort(Float.floatToFloat16((float) value));
            case BF16 -> buffer.putShort((short) (Float.floatToRawIntBits((float) value) >>> 16));
            case INT32 -> buffer.putInt((int) value);
            case UINT8 -> buffer.put((byte) (int) value);
        }
    }

    private double get(ByteBuffer buffer) {
        return switch (type.element()) {
            case FP64 -> buffer.getDouble();
            case FP32 -> buffer.getFloat();
            case FP16 -> Float.float16ToFloat(buffer.getShort());
            case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
            case INT32 -> buffer.getInt();
            case UINT8 -> Byte.toUnsignedInt(buffer.get());
        };
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rank.device().memory().free(address);
        }
    }
}
