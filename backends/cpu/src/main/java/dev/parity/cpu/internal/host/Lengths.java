package dev.parity.cpu.internal.host;

import java.util.Objects;

/// Checks arrays handed in by a caller.
public final class Lengths {
    private Lengths() {}

    /// Checks an array of all elements.
    ///
    /// @param array handed in
    /// @param expected the number of elements
    public static void check(double[] array, int expected) {
        if (array.length != expected) {
            throw new IllegalArgumentException("array must have %d elements, had %d".formatted(expected, array.length));
        }
    }

    /// Checks a range of a tensor and the range of an array that is copied there.
    ///
    /// @param from the first element of the tensor
    /// @param offset the first element of the array
    /// @param length how many are copied
    /// @param elements of the tensor
    /// @param given elements of the array
    public static void check(int from, int offset, int length, int elements, int given) {
        Objects.checkFromIndexSize(from, length, elements);
        Objects.checkFromIndexSize(offset, length, given);
    }
}
