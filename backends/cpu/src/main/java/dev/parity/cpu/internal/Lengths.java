package dev.parity.cpu.internal;

/// Checks the length of an array handed in by a caller.
final class Lengths {
    private Lengths() {}

    static void check(double[] array, int expected) {
        if (array.length != expected) {
            throw new IllegalArgumentException("array must have %d elements, had %d".formatted(expected, array.length));
        }
    }
}
