package dev.parity.cpu.internal.model;

import java.util.Arrays;
import java.util.HexFormat;

/// Words of tests that ask a matrix unit for single dot products.
abstract class Vectors {
    /// Terms of the smallest matrix instruction.
    private static final int TERMS = 16;

    static int pattern(String text) {
        return HexFormat.fromHexDigits(text);
    }

    /// FP16 patterns of decimal operands, the rest of 16 zero.
    static int[] half(double... values) {
        return Arrays.stream(Arrays.copyOf(values, TERMS))
                .mapToInt(value -> Float.floatToFloat16((float) value))
                .toArray();
    }

    static double[] times(int n, double value) {
        double[] values = new double[n];
        Arrays.fill(values, value);
        return values;
    }

    static double two(int exponent) {
        return Math.scalb(1.0, exponent);
    }
}
