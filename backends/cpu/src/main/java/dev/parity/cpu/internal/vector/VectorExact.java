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

    private static final Part[] PARTS = {VectorExact::add, VectorExact::round};

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
        private final double[] sums;
        private final double[] exact;
        /// Bits of the right operand; 0 where it was 0 throughout.
        private final double[] seen;
        /// A bit for each lane that is too near the middle of two numbers.
        private final long[] near;
        private double[] x = {};
        private Loss loss = new Loss(0, 0);
        private int base;
        private int columns;
        private int first;
        private int end;
        private boolean anyNear;

        /// Makes room for a step.
        ///
        /// @param values of the left operand, an even number a step
        /// @param at where each one's row of the right operand begins
        /// @param ends behind the last scalar of each step
        /// @param exactly sums what is near the middle of two numbers
        /// @param columns at most
        public Step(double[] values, int[] at, int[] ends, Exactly exactly, int columns) {
            int length = (columns + WIDE - 1) / WIDE * WIDE;
            sums = new double[length];
            exact = new double[length];
            seen = new double[length];
            near = new long[length / COUNT];
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
        Arrays.fill(step.sums, 0);
        step.base = base;
        step.columns = columns;
        step.end = 0;
        for (int s = 0; s < steps; s++) {
            step.first = step.end;
            step.end = step.ends[s];
            for (Part part : PARTS) {
                part.run(step);
            }
            if (step.anyNear) {
                asked += sumExactly(step);
            }
        }
        for (int i = 0; i < columns; i++) {
            y[yAt + i] = (float) step.sums[i];
        }
        return asked;
    }

    /// The accumulators that the step began with are now where its exact sums were.
    private static int sumExactly(Step step) {
        int asked = 0;
        for (int i = 0; i < step.columns; i++) {
            if (((step.near[i / COUNT] >>> (i % COUNT)) & 1) == 1) {
                step.sums[i] = step.exactly.sum(step.exact[i], step.first, step.end, step.base + i);
                asked++;
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

    private static void add(Step step) {
        double[] values = step.values;
        int[] at = step.at;
        double[] x = step.x;
        int base = step.base;
        int end = step.end;
        DoubleVector none = DoubleVector.zero(DOUBLES);
        for (int j = 0; j < step.columns; j += WIDE) {
            DoubleVector s0 = DoubleVector.fromArray(DOUBLES, step.sums, j);
            DoubleVector s1 = DoubleVector.fromArray(DOUBLES, step.sums, j + COUNT);
            DoubleVector r0 = none;
            DoubleVector r1 = none;
            LongVector n0 = LongVector.zero(LONGS);
            LongVector n1 = n0;
            for (int k = step.first; k < end; k += 2) {
                DoubleVector x0 = DoubleVector.fromArray(DOUBLES, x, at[k] + base + j);
                DoubleVector x1 = DoubleVector.fromArray(DOUBLES, x, at[k] + base + j + COUNT);
                DoubleVector z0 = DoubleVector.fromArray(DOUBLES, x, at[k + 1] + base + j);
                DoubleVector z1 = DoubleVector.fromArray(DOUBLES, x, at[k + 1] + base + j + COUNT);
                DoubleVector w = DoubleVector.broadcast(DOUBLES, values[k]);
                DoubleVector v = DoubleVector.broadcast(DOUBLES, values[k + 1]);
                s0 = w.fma(x0, s0);
                s1 = w.fma(x1, s1);
                r0 = v.fma(z0, r0);
                r1 = v.fma(z1, r1);
                n0 = x0.reinterpretAsLongs().or(z0.reinterpretAsLongs()).or(n0);
                n1 = x1.reinterpretAsLongs().or(z1.reinterpretAsLongs()).or(n1);
            }
            none.add(s0).add(r0).intoArray(step.exact, j);
            none.add(s1).add(r1).intoArray(step.exact, j + COUNT);
            LongVector.zero(LONGS).or(n0).reinterpretAsDoubles().intoArray(step.seen, j);
            LongVector.zero(LONGS).or(n1).reinterpretAsDoubles().intoArray(step.seen, j + COUNT);
        }
    }

    /// Rounds the sums of a step, and keeps the accumulators that it began with in their place.
    private static void round(Step step) {
        DoubleVector none = DoubleVector.zero(DOUBLES);
        LongVector exponent = LongVector.broadcast(LONGS, EXPONENT);
        DoubleVector rounding = DoubleVector.broadcast(DOUBLES, ROUNDING);
        DoubleVector halfUlp = DoubleVector.broadcast(DOUBLES, HALF_ULP);
        DoubleVector part = DoubleVector.broadcast(DOUBLES, LOSS);
        DoubleVector bound = DoubleVector.broadcast(DOUBLES, step.loss.bound);
        DoubleVector limit = DoubleVector.broadcast(DOUBLES, step.loss.limit);
        long any = 0;
        for (int j = 0; j < step.columns; j += COUNT) {
            DoubleVector t = DoubleVector.fromArray(DOUBLES, step.exact, j);
            DoubleVector c = DoubleVector.fromArray(DOUBLES, step.sums, j);
            DoubleVector magnitude = c.abs();
            DoubleVector p = exponent.and(t.reinterpretAsLongs()).reinterpretAsDoubles();
            DoubleVector m = rounding.mul(p);
            DoubleVector rounded = t.add(m).sub(m);
            DoubleVector distance = halfUlp.mul(p).sub(t.sub(rounded).abs()).abs();
            VectorMask<Double> loses = DoubleVector.fromArray(DOUBLES, step.seen, j)
                    .compare(VectorOperators.NE, none)
                    .and(limit.compare(VectorOperators.LE, magnitude));
            DoubleVector error = none.blend(part.mul(magnitude).add(bound), loses);
            rounded.intoArray(step.sums, j);
            c.intoArray(step.exact, j);
            long near = distance.compare(VectorOperators.LT, error).toLong();
            step.near[j / COUNT] = near;
            any |= near;
        }
        step.anyNear = any != 0;
    }
}
