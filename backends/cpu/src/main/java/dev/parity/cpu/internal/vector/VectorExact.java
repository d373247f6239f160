package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.DOUBLES;
import static dev.parity.cpu.internal.vector.Lanes.LONGS;

import java.util.Arrays;
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

    /// A part of a step, compiled by itself as in [VectorTruncated].
    private interface Part {
        void run(Step step);
    }

    private static final Part[] PARTS = {VectorExact::add, VectorExact::roundFirst, VectorExact::roundLast};

    /// What a step in binary64 may lose.
    ///
    /// @param bound of its error, but for its accumulator
    /// @param limit magnitude of an accumulator below which it has no error
    public record Loss(double bound, double limit) {}

    /// A row and the step that is at work on it.
    public static final class Step {
        private final double[] values;
        private final int[] at;
        private final int[] ends;
        private final Exactly exactly;
        private final double[] sums = new double[WIDE];
        private final double[] exact = new double[WIDE];
        /// Bits of the right operand; 0 where it was 0 throughout.
        private final double[] seen = new double[WIDE];
        private double[] x = {};
        private Loss loss = new Loss(0, 0);
        private int base;
        private int first;
        private int end;
        private long near;

        /// Makes room for a step.
        ///
        /// @param values of the left operand, an even number a step
        /// @param at where each one's row of the right operand begins
        /// @param ends behind the last scalar of each step
        /// @param exactly sums what is near the middle of two numbers
        public Step(double[] values, int[] at, int[] ends, Exactly exactly) {
            this.values = values;
            this.at = at;
            this.ends = ends;
            this.exactly = exactly;
        }

        /// Takes the right operand.
        ///
        /// @param right elements, without negative zeros; as many as [#padding] may be read behind its end
        public void right(double[] right) {
            x = right;
        }
    }

    /// Computes columns of one row of a result: y[j] = Σ values[k] · x[at[k] + base + j], by steps, from 0.
    ///
    /// @param y receives the sums
    /// @param yAt where
    /// @param columns how many
    /// @param step with the row and the right operand
    /// @param steps how many the row has
    /// @param base of the first column
    /// @param loss of a step
    /// @return how many sums were made without any error
    public static int multiply(float[] y, int yAt, int columns, Step step, int steps, int base, Loss loss) {
        int asked = 0;
        step.loss = loss;
        for (int j = 0; j < columns; j += WIDE) {
            Arrays.fill(step.sums, 0);
            step.base = base + j;
            step.end = 0;
            for (int s = 0; s < steps; s++) {
                step.first = step.end;
                step.end = step.ends[s];
                step.near = 0;
                for (Part part : PARTS) {
                    part.run(step);
                }
                if (step.near != 0) {
                    asked += Long.bitCount(step.near);
                    sumExactly(step);
                }
            }
            for (int i = 0; i < Math.min(WIDE, columns - j); i++) {
                y[yAt + j + i] = (float) step.sums[i];
            }
        }
        return asked;
    }

    /// The accumulators that the step began with are now where its exact sums were.
    private static void sumExactly(Step step) {
        for (int i = 0; i < WIDE; i++) {
            if (((step.near >>> i) & 1) == 1) {
                step.sums[i] = step.exactly.sum(step.exact[i], step.first, step.end, step.base + i);
            }
        }
    }

    /// Returns how many columns are computed together.
    ///
    /// @return elements that may be read behind the end of an operand
    public static int padding() {
        return WIDE;
    }

    private static void add(Step step) {
        double[] values = step.values;
        int[] at = step.at;
        double[] x = step.x;
        int base = step.base;
        int end = step.end;
        DoubleVector none = DoubleVector.zero(DOUBLES);
        DoubleVector s0 = DoubleVector.fromArray(DOUBLES, step.sums, 0);
        DoubleVector s1 = DoubleVector.fromArray(DOUBLES, step.sums, COUNT);
        DoubleVector r0 = none;
        DoubleVector r1 = none;
        LongVector n0 = LongVector.zero(LONGS);
        LongVector n1 = n0;
        for (int k = step.first; k < end; k += 2) {
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
        none.add(s0).add(r0).intoArray(step.exact, 0);
        none.add(s1).add(r1).intoArray(step.exact, COUNT);
        LongVector.zero(LONGS).or(n0).reinterpretAsDoubles().intoArray(step.seen, 0);
        LongVector.zero(LONGS).or(n1).reinterpretAsDoubles().intoArray(step.seen, COUNT);
    }

    private static void roundFirst(Step step) {
        step.near |= round(step, 0);
    }

    private static void roundLast(Step step) {
        step.near |= round(step, COUNT) << COUNT;
    }

    /// Rounds the sums of a step, and keeps the accumulators that it began with in their place.
    ///
    /// @return a bit for each lane that is too near the middle of two numbers
    private static long round(Step step, int at) {
        DoubleVector none = DoubleVector.zero(DOUBLES);
        DoubleVector t = DoubleVector.fromArray(DOUBLES, step.exact, at);
        DoubleVector c = DoubleVector.fromArray(DOUBLES, step.sums, at);
        DoubleVector magnitude = c.abs();
        DoubleVector p = LongVector.broadcast(LONGS, EXPONENT)
                .and(t.reinterpretAsLongs())
                .reinterpretAsDoubles();
        DoubleVector m = DoubleVector.broadcast(DOUBLES, ROUNDING).mul(p);
        DoubleVector rounded = t.add(m).sub(m);
        DoubleVector distance = DoubleVector.broadcast(DOUBLES, HALF_ULP)
                .mul(p)
                .sub(t.sub(rounded).abs())
                .abs();
        DoubleVector error = DoubleVector.broadcast(DOUBLES, LOSS)
                .mul(magnitude)
                .add(DoubleVector.broadcast(DOUBLES, step.loss.bound));
        VectorMask<Double> loses = DoubleVector.fromArray(DOUBLES, step.seen, at)
                .compare(VectorOperators.NE, none)
                .and(DoubleVector.broadcast(DOUBLES, step.loss.limit).compare(VectorOperators.LE, magnitude));
        rounded.intoArray(step.sums, at);
        c.intoArray(step.exact, at);
        return distance.compare(VectorOperators.LT, none.blend(error, loses)).toLong();
    }
}
