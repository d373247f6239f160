package dev.parity.spi;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The extents of a tensor, outermost axis first; row-major order is implied.
///
/// @param extents each at least 1; empty for a scalar
public record Shape(List<Integer> extents) {
    /// Checks and copies the extents.
    public Shape {
        extents = List.copyOf(extents);
        for (int axis = 0; axis < extents.size(); axis++) {
            if (extents.get(axis) < 1) {
                throw new IllegalArgumentException(
                        "extent of axis %d must be at least 1, was %d".formatted(axis, extents.get(axis)));
            }
        }
    }

    /// Makes a shape.
    ///
    /// @param extents each at least 1; none for a scalar
    /// @return the shape
    public static Shape of(int... extents) {
        return new Shape(Arrays.stream(extents).boxed().toList());
    }

    /// Returns the number of axes.
    ///
    /// @return 0 for a scalar
    public int rank() {
        return extents.size();
    }

    /// Returns the extent of one axis.
    ///
    /// @param axis from 0, or from -1 backwards
    /// @return at least 1
    public int extent(int axis) {
        return extents.get(axis < 0 ? axis + rank() : axis);
    }

    /// Returns the number of elements.
    ///
    /// @return the product of the extents, 1 for a scalar
    public int size() {
        return extents.stream().reduce(1, Math::multiplyExact);
    }

    @Override
    public String toString() {
        return extents.stream().map(String::valueOf).collect(Collectors.joining("x", "[", "]"));
    }
}
