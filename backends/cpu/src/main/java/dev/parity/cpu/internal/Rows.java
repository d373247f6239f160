package dev.parity.cpu.internal;

/// Loops over contiguous rows of FP32, each element a chain of fused multiply-adds of its own: the compiler vectorises
/// across elements, which never changes a bit.
final class Rows {
    private Rows() {}

    /// Adds k products of a weight with a row, in the order given: y[j] += w0·x[o0+j] + w1·x[o1+j] + …
    static void accumulate(float[] y, int at, int length, float[] w, int firstWeight, float[] x, int[] offset, int k) {
        int i = 0;
        for (; i + 5 <= k; i += 5) {
            five(y, at, length, w, firstWeight + i, x, offset[i], offset[i + 1], offset[i + 2], offset[i + 3], offset[i + 4]);
        }
        for (; i < k; i++) {
            one(y, at, length, w[firstWeight + i], x, offset[i]);
        }
    }

    private static void five(float[] y, int at, int length, float[] w, int f, float[] x, int a, int b, int c, int d, int e) {
        float w0 = w[f];
        float w1 = w[f + 1];
        float w2 = w[f + 2];
        float w3 = w[f + 3];
        float w4 = w[f + 4];
        for (int j = 0; j < length; j++) {
            float sum = Math.fma(w0, x[a + j], y[at + j]);
            sum = Math.fma(w1, x[b + j], sum);
            sum = Math.fma(w2, x[c + j], sum);
            sum = Math.fma(w3, x[d + j], sum);
            y[at + j] = Math.fma(w4, x[e + j], sum);
        }
    }

    private static void one(float[] y, int at, int length, float w, float[] x, int offset) {
        for (int j = 0; j < length; j++) {
            y[at + j] = Math.fma(w, x[offset + j], y[at + j]);
        }
    }

    /// Adds an element-by-element product: y[j] += a[j]·b[j].
    static void accumulateProduct(float[] y, int length, float[] a, int atA, float[] b, int atB) {
        for (int j = 0; j < length; j++) {
            y[j] = Math.fma(a[atA + j], b[atB + j], y[j]);
        }
    }

    /// Adds a row: y[j] += x[j].
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
