package dev.parity.cpu.internal.fast;

/// How sums are added up, and what exponentials are: the fast path's own, or those of a device.
public interface Reductions {
    /// Sums a range.
    ///
    /// @param x terms
    /// @param from the first
    /// @param length how many
    /// @return the sum
    float sum(float[] x, int from, int length);

    /// Sums products.
    ///
    /// @param a left factors
    /// @param atA where they begin
    /// @param b right factors
    /// @param atB where they begin
    /// @param length how many
    /// @return the sum
    float dot(float[] a, int atA, float[] b, int atB, int length);

    /// Computes an exponential.
    ///
    /// @param x any number
    /// @return e^x
    float exp(float x);

    /// Computes a natural logarithm.
    ///
    /// @param x any number
    /// @return log x
    float log(float x);

    /// One running sum; exponentials and logarithms are computed in binary64 by [StrictMath] and rounded once, so that
    /// every processor gives the same bits.
    record Sequential() implements Reductions {
        @Override
        public float sum(float[] x, int from, int length) {
            float sum = 0;
            for (int i = from; i < from + length; i++) {
                sum += x[i];
            }
            return sum;
        }

        /// Adding 0 turns a negative zero, which a product may round to, into zero.
        @Override
        public float dot(float[] a, int atA, float[] b, int atB, int length) {
            float sum = 0;
            for (int j = 0; j < length; j++) {
                sum = Math.fma(a[atA + j], b[atB + j], sum);
            }
            return sum + 0f;
        }

        @Override
        public float exp(float x) {
            return (float) StrictMath.exp(x);
        }

        @Override
        public float log(float x) {
            return (float) StrictMath.log(x);
        }
    }
}
