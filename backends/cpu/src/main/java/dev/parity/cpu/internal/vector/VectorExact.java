package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.DOUBLES;
import static dev.parity.cpu.internal.vector.Lanes.LONGS;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Dot products of exact steps, each rounded to FP32 to nearest even, with the columns of the result in lanes.
///
/// A step is summed in binary64. Nothing is lost where all products are of zeros, or where the accumulator is below
/// `limit`: then all partial sums are whole multiples of one power of two with 53 bits at most. Else the error is at
/// most
/// `bound`, so where the sum lies farther than that from the middle of two FP32 numbers, it rounds as the exact sum
/// does.
/// Whoever lies nearer is summed without any error by [Exactly].
public final class VectorExact {
    private static final int COUNT = DOUBLES.length();
    /// Columns that are computed together.
    private static final int WIDE = 2 * COUNT;

    private static final long EXPONENT = 0x7ff0_0000_0000_0000L;
    /// Rounds to 24 bits what it is added to and subtracted from, times the power of two of that.
    private static final double ROUNDING = 1.5 * 0x1p29;

    private static final double HALF_ULP = 0x1p-24;
    /// Of an accumulator, what a sum with it may lose.
    private static final double LOSS = 0x1p-45;

    private VectorExact() {}

    /// Sums a step without any error.
    public interface Exactly {
        /// Sums a step of one column.
        ///
        /// @param c accumulator
        /// @param first scalar of the step
        /// @param end behind the last
        /// @param column of the result, with its base
        /// @return the sum in FP32
        double sum(double c, int first, int end, int column);
    }

    /// Computes columns of one row of a result: y[j] = Σ values[k] · x[at[k] + base + j], by steps, from 0.
    ///
    /// @param y receives the sums
    /// @param yAt where
    /// @param columns how many
    /// @param values of the left operand, none of them zero
    /// @param at where each one's row of the right operand begins
    /// @param ends behind the last scalar of each step
    /// @param steps how many
    /// @param x right operand, without negative zeros; as many as [#padding] may be read behind its end
    /// @param base of the first column
    /// @param bound of a step's error, but for its accumulator
    /// @param limit magnitude of an accumulator below which no step has an error
    /// @param exactly sums what is near the middle of two numbers
    /// @return how many sums it was asked for
    public static int multiply(
            float[] y,
            int yAt,
            int columns,
            double[] values,
            int[] at,
            int[] ends,
            int steps,
            double[] x,
            int base,
            double bound,
            double limit,
            Exactly exactly) {
        double[] lanes = new double[WIDE];
        int asked = 0;
        for (int j = 0; j < columns; j += WIDE) {
            asked += columns(lanes, values, at, ends, steps, x, base + j, bound, limit, exactly);
            for (int i = 0; i < Math.min(WIDE, columns - j); i++) {
                y[yAt + j + i] = (float) lanes[i];
            }
        }
        return asked;
    }

    /// Returns how many columns are computed together.
    ///
    /// @return elements that may be read behind the end of an operand
    public static int padding() {
        return WIDE;
    }

    private static int columns(
            double[] result,
            double[] values,
            int[] at,
            int[] ends,
            int steps,
            double[] x,
            int base,
            double bound,
            double limit,
            Exactly exactly) {
        DoubleVector none = DoubleVector.zero(DOUBLES);
        DoubleVector bounds = DoubleVector.broadcast(DOUBLES, bound);
        DoubleVector limits = DoubleVector.broadcast(DOUBLES, limit);
        DoubleVector loss = DoubleVector.broadcast(DOUBLES, LOSS);
        DoubleVector rounding = DoubleVector.broadcast(DOUBLES, ROUNDING);
        DoubleVector halfUlp = DoubleVector.broadcast(DOUBLES, HALF_ULP);
        LongVector exponent = LongVector.broadcast(LONGS, EXPONENT);
        LongVector zeros = LongVector.zero(LONGS);
        int asked = 0;
        DoubleVector c0 = none;
        DoubleVector c1 = none;
        int k = 0;
        for (int step = 0; step < steps; step++) {
            int first = k;
            int end = ends[step];
            DoubleVector s0 = c0;
            DoubleVector s1 = c1;
            DoubleVector r0 = none;
            DoubleVector r1 = none;
            LongVector n0 = zeros;
            LongVector n1 = zeros;
            if (((end - k) & 1) == 1) {
                DoubleVector x0 = DoubleVector.fromArray(DOUBLES, x, at[k] + base);
                DoubleVector x1 = DoubleVector.fromArray(DOUBLES, x, at[k] + base + COUNT);
                DoubleVector w = DoubleVector.broadcast(DOUBLES, values[k]);
                r0 = w.mul(x0);
                r1 = w.mul(x1);
                n0 = x0.reinterpretAsLongs();
                n1 = x1.reinterpretAsLongs();
                k++;
            }
            for (; k < end; k += 2) {
                DoubleVector x0 = DoubleVector.fromArray(DOUBLES, x, at[k] + base);
                DoubleVector x1 = DoubleVector.fromArray(DOUBLES, x, at[k] + base + COUNT);
                DoubleVector z0 = DoubleVector.fromArray(DOUBLES, x, at[k + 1] + base);
                DoubleVector z1 = DoubleVector.fromArray(DOUBLES, x, at[k + 1] + base + COUNT);
                DoubleVector w = DoubleVector.broadcast(DOUBLES, values[k]);
                DoubleVector v = DoubleVector.broadcast(DOUBLES, values[k + 1]);
                s0 = w.fma(x0, s0);
                s1 = w.fma(x1, s1);
                r0 = v.fma(z0, r0);
                r1 = v.fma(z1, r1);
                n0 = x0.reinterpretAsLongs().or(z0.reinterpretAsLongs()).or(n0);
                n1 = x1.reinterpretAsLongs().or(z1.reinterpretAsLongs()).or(n1);
            }
            DoubleVector t0 = none.add(s0).add(r0);
            DoubleVector t1 = none.add(s1).add(r1);
            DoubleVector p0 = exponent.and(t0.reinterpretAsLongs()).reinterpretAsDoubles();
            DoubleVector p1 = exponent.and(t1.reinterpretAsLongs()).reinterpretAsDoubles();
            DoubleVector m0 = rounding.mul(p0);
            DoubleVector m1 = rounding.mul(p1);
            DoubleVector y0 = t0.add(m0).sub(m0);
            DoubleVector y1 = t1.add(m1).sub(m1);
            DoubleVector d0 = halfUlp.mul(p0).sub(t0.sub(y0).abs()).abs();
            DoubleVector d1 = halfUlp.mul(p1).sub(t1.sub(y1).abs()).abs();
            VectorMask<Long> some0 = zeros.compare(VectorOperators.NE, n0);
            VectorMask<Long> some1 = zeros.compare(VectorOperators.NE, n1);
            VectorMask<Double> rounded0 = some0.cast(DOUBLES)
                    .and(limits.compare(VectorOperators.LE, none.add(c0).abs()));
            DoubleVector b0 = none.blend(bounds.add(loss.mul(c0).abs()), rounded0);
            VectorMask<Double> rounded1 = some1.cast(DOUBLES)
                    .and(limits.compare(VectorOperators.LE, none.add(c1).abs()));
            DoubleVector b1 = none.blend(bounds.add(loss.mul(c1).abs()), rounded1);
            VectorMask<Double> near0 = d0.lt(b0);
            VectorMask<Double> near1 = d1.lt(b1);
            if (near0.anyTrue() || near1.anyTrue()) {
                none.add(c0).intoArray(result, 0);
                none.add(c1).intoArray(result, COUNT);
                long near = near0.toLong() | (near1.toLong() << COUNT);
                for (int i = 0; i < WIDE; i++) {
                    result[i] = (near >>> i & 1) == 1 ? exactly.sum(result[i], first, end, base + i) : 0;
                }
                asked += Long.bitCount(near);
                y0 = y0.blend(DoubleVector.fromArray(DOUBLES, result, 0), near0);
                y1 = y1.blend(DoubleVector.fromArray(DOUBLES, result, COUNT), near1);
            }
            c0 = y0;
            c1 = y1;
        }
        none.add(c0).intoArray(result, 0);
        none.add(c1).intoArray(result, COUNT);
        return asked;
    }
}
