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

    /// Fills one entry of the leading axis from coded values, such as an image from its bytes.
    ///
    /// @param entry 0 to the leading extent - 1
    /// @param codes one for each element of the entry, row-major
    /// @param from where they begin
    /// @param table 256 values, each representable in the element type; a code is an unsigned index
    void writeEntry(int entry, byte[] codes, int from, float[] table);

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
