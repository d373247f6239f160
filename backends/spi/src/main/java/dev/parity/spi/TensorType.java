package dev.parity.spi;

/// Element type and shape of a tensor.
///
/// @param element the type of each element
/// @param shape the extents
public record TensorType(ElementType element, Shape shape) {
    /// Makes a tensor type.
    ///
    /// @param element the type of each element
    /// @param extents each at least 1; none for a scalar
    /// @return the type
    public static TensorType of(ElementType element, int... extents) {
        return new TensorType(element, Shape.of(extents));
    }

    /// Returns the same shape with another element type.
    ///
    /// @param other the new element type
    /// @return the new type
    public TensorType as(ElementType other) {
        return new TensorType(other, shape);
    }

    @Override
    public String toString() {
        return element + shape.toString();
    }
}
