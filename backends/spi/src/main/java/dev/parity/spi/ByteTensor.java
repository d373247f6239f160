package dev.parity.spi;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;

/// A tensor whose elements lie on a device as bytes, and travel there and back through memory of the host.
public abstract class ByteTensor implements Tensor {
    private final TensorType type;

    /// Makes a tensor; its class takes the memory.
    ///
    /// @param type element type and shape
    protected ByteTensor(TensorType type) {
        this.type = type;
    }

    /// Copies bytes to the device.
    ///
    /// @param offset of the first byte in the tensor
    /// @param bytes how many
    /// @param fill puts them into the buffer, which has the device's byte order
    protected abstract void upload(long offset, int bytes, Consumer<ByteBuffer> fill);

    /// Copies all bytes from the device.
    ///
    /// @param take reads them from the buffer, which has the device's byte order
    protected abstract void download(Consumer<ByteBuffer> take);

    /// Returns how many bytes the elements take.
    ///
    /// @return at least 1
    public final int bytes() {
        return Math.multiplyExact(type.shape().size(), type.element().bytes());
    }

    @Override
    public final TensorType type() {
        return type;
    }

    @Override
    public final void write(double[] values) {
        checkLength(values.length);
        ElementType element = type.element();
        upload(0, bytes(), buffer -> {
            for (double value : values) {
                put(buffer, element.round(value));
            }
        });
    }

    @Override
    public final void write(int from, float[] values, int offset, int length) {
        Objects.checkFromIndexSize(from, length, type.shape().size());
        Objects.checkFromIndexSize(offset, length, values.length);
        int size = type.element().bytes();
        upload((long) from * size, length * size, buffer -> {
            for (int i = offset; i < offset + length; i++) {
                put(buffer, values[i]);
            }
        });
    }

    @Override
    public final void read(double[] values) {
        checkLength(values.length);
        download(buffer -> {
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
}
