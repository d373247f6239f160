package dev.parity.cpu.internal.fast;

/// Loops over rows of FP32 that start at 0, which the compiler vectorises.
final class Rows {
    private Rows() {}

    /// Adds a row: y[at + j] += x[j].
    static void add(float[] y, int at, float[] x, int length) {
        for (int j = 0; j < length; j++) {
            y[at + j] += x[j];
        }
    }

    /// Sums a row by folding its upper half onto the lower one until one element is left; destroys the row.
    static float fold(float[] x, int length) {
        int n = length;
        while (n > 1) {
            int half = (n + 1) / 2;
            for (int j = 0; j < n - half; j++) {
                x[j] += x[half + j];
            }
            n = half;
        }
        return x[0];
    }
}
