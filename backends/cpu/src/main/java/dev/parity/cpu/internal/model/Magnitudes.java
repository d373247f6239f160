package dev.parity.cpu.internal.model;

import dev.parity.spi.OperandFormat;

/// How large the elements of an operand are.
final class Magnitudes {
    /// Largest exponent, up or down, of operands of 8 exponent bits whose products and sums are as exact in FP32 or
    /// binary64 as a fast kernel needs; those of FP16 all are.
    private static final int RANGE = 30;

    private static final int BITS = Integer.MAX_VALUE;
    private static final int INFINITE = 0x7f800000;
    private static final int FRACTION = 23;
    private static final int BIAS = 127;

    private final OperandFormat format;
    private boolean finite;
    private int most;
    private int least;

    Magnitudes(OperandFormat format) {
        this.format = format;
    }

    void read(float[] values, int from, int to) {
        int largest = 0;
        int smallest = BITS;
        for (int i = from; i < to; i++) {
            int magnitude = Float.floatToRawIntBits(values[i]) & BITS;
            largest = Math.max(largest, magnitude);
            smallest = Math.min(smallest, (magnitude - 1) & BITS); // a zero becomes the largest
        }
        finite = largest < INFINITE;
        most = finite ? largest : mostOfFinite(values, from, to);
        least = smallest;
    }

    private static int mostOfFinite(float[] values, int from, int to) {
        int largest = 0;
        for (int i = from; i < to; i++) {
            int magnitude = Float.floatToRawIntBits(values[i]) & BITS;
            largest = magnitude < INFINITE ? Math.max(largest, magnitude) : largest;
        }
        return largest;
    }

    boolean isFinite() {
        return finite;
    }

    /// Tells whether nothing that is finite differs from 0.
    boolean isZero() {
        return most == 0;
    }

    /// Returns the exponent of the largest finite magnitude.
    int largest() {
        return (most >>> FRACTION) - BIAS;
    }

    /// Returns the exponent of the smallest finite magnitude but 0, or one less.
    private int smallest() {
        return Math.min(least / (1 << FRACTION), (INFINITE - 1) >>> FRACTION) - BIAS;
    }

    boolean isInRange() {
        return format == OperandFormat.FP16 || isZero() || (largest() <= RANGE && smallest() >= -RANGE);
    }

    /// Returns the exponent of a power of two of which every finite element is a multiple.
    int unit() {
        return Math.max(smallest(), format.minExponent()) - format.fraction();
    }
}
