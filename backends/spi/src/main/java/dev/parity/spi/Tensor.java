package dev.parity.spi;

/// Memory for one tensor on the device of one rank. Closing it frees the memory.
public interface Tensor extends AutoCloseable {
    /// Returns what the tensor holds.
    ///
    /// @return element type and shape
    TensorType type();

    /// Fills the tensor; values are rounded to the element type, to nearest even (an exact golden keeps
    /// them).
    ///
    /// @param values row-major, exactly as many as the shape has elements
    void write(double[] values);

    /// Fills a range of elements, row-major, and leaves the others as they are.
    ///
    /// @param from the first element to fill
    /// @param values each representable in the element type: nothing is rounded
    /// @param offset of the first value
    /// @param length how many
    /// @throws IndexOutOfBoundsException if the tensor or the array has no such range
    void write(int from, float[] values, int offset, int length);

    /// Reads the tensor; every element type is exact in binary64.
    ///
    /// @param values receives the elements, row-major; exactly as long as the shape has elements
    void read(double[] values);

    /// Reads the tensor.
    ///
    /// @return the elements, row-major, in a new array
    default double[] toArray() {
        double[] values = new double[type().shape().size()];
        read(values);
        return values;
    }

    @Override
    void close();
}
