package dev.parity.cpu.internal;

import java.util.Objects;

/// Checks arrays handed in by a caller.
final class Lengths {
    private Lengths() {}

    static void check(double[] array, int expected) {
        if (array.length != expected) {
            throw new IllegalArgumentException("array must have %d elements, had %d".formatted(expected, array.length));
        }
    }

    /// Checks a range of a tensor and the range of an array that is copied there.
    static void check(int from, int offset, int length, int elements, int given) {
        Objects.checkFromIndexSize(from, length, elements);
        Objects.checkFromIndexSize(offset, length, given);
    }
}
