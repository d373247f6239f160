package dev.parity.spi;

/// One value of a [Program]: written once, by an Op or by the caller.
///
/// @param id position in its program, from 0
/// @param name what the value is, for messages, bindings and rewriting; unique within a program
/// @param type element type and shape
public record Value(int id, String name, TensorType type) {
    /// Returns the shape.
    ///
    /// @return the extents of the value
    public Shape shape() {
        return type.shape();
    }

    /// Returns the element type.
    ///
    /// @return the type of each element
    public ElementType element() {
        return type.element();
    }

    @Override
    public String toString() {
        return "%" + id + " " + name + ":" + type;
    }
}
