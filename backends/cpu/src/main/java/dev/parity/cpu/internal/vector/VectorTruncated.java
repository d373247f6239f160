package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.COUNT;
import static dev.parity.cpu.internal.vector.Lanes.FLOATS;
import static dev.parity.cpu.internal.vector.Lanes.INTS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Dot products of truncated summands, as tensor cores compute them, with the columns of the result in lanes.
///
/// In whole numbers of 32 bits: a product is exact in FP32; scaled by a power of two so that the largest exponent of
/// its
/// step is `fraction`, and converted to a whole number, it is cut off as the unit cuts it.
public final class VectorTruncated {
    /// Exponent of a zero, below that of every product.
    public static final int ZERO = -1000;

    /// No exponent of a step is below; a scale stays a normal FP32 number.
    private static final int LEAST = -100;

    private static final int BIAS = 127;
    private static final int SIGNIFICAND = 23;
    private static final int EXPONENT_BITS = 255;

    private VectorTruncated() {}

    /// The scalars of one row, without those that are zero.
    ///
    /// @param values of the left operand
    /// @param exponents of them
    /// @param at where each one's row of the right operand begins
    /// @param ends behind the last scalar of each step
    @SuppressWarnings("ArrayRecordComponent") // of one plan
    public record Row(float[] values, int[] exponents, int[] at, int[] ends) {}

    /// A part of a step for all columns, compiled by itself: C2 cannot tell which part a loop over parts calls, so it
    /// never puts them together into more than it inlines.
    private interface Part {
        void run(Step step);
    }

    private static final Part[] NARROW = {VectorTruncated::align, VectorTruncated::add, VectorTruncated::round};

    /// As [#NARROW], two vectors of columns at a time, which share what is read of the scalars.
    private static final Part[] NARROW_PAIRS = {
        VectorTruncated::alignPairs, VectorTruncated::addPairs, VectorTruncated::round
    };

    private static final Part[] WIDE = {
        VectorTruncated::align,
        VectorTruncated::add,
        VectorTruncated::addRest,
        VectorTruncated::halve,
        VectorTruncated::roundHalves
    };

    private static final Part[] WIDE_PAIRS = {
        VectorTruncated::alignPairs,
        VectorTruncated::addPairs,
        VectorTruncated::addRestPairs,
        VectorTruncated::halve,
        VectorTruncated::roundHalves
    };

    /// A row and the step that is at work on it.
    ///
    /// A step whose sum may take more than 31 bits is summed in two parts.
    public static final class Step {
        private final Row row;
        private final int fraction;
        private final int half;
        private final float[] sums;
        private final int[] largest;
        private final int[] whole;
        private final int[] rest;
        private final float[] zeros;
        private float[] x = {};
        private int[] exponents = {};
        private int base;
        private int columns;
        private int first;
        private int middle;
        private int end;

        /// Makes room for a step.
        ///
        /// @param row the scalars
        /// @param fraction bits that a summand keeps
        /// @param half scalars that are summed before the others; 0 where one sum holds all
        /// @param columns at most
        public Step(Row row, int fraction, int half, int columns) {
            int length = (columns + 2 * COUNT - 1) / (2 * COUNT) * (2 * COUNT);
            sums = new float[length];
            largest = new int[length];
            whole = new int[length];
            rest = new int[length];
            zeros = new float[length];
            this.row = row;
            this.fraction = fraction;
            this.half = half;
        }

        /// Takes the right operand.
        ///
        /// @param right elements; [#padding] more may be read behind its end
        /// @param rightExponents of them
        public void right(float[] right, int[] rightExponents) {
            x = right;
            exponents = rightExponents;
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
    public static void multiply(float[] y, int yAt, int columns, Step step, int steps, int base) {
        boolean pairs = columns > COUNT;
        Part[] parts = step.half == 0 ? (pairs ? NARROW_PAIRS : NARROW) : pairs ? WIDE_PAIRS : WIDE;
        Arrays.fill(step.sums, 0);
        step.base = base;
        step.columns = columns;
        step.end = 0;
        for (int s = 0; s < steps; s++) {
            step.first = step.end;
            step.end = step.row.ends[s];
            step.middle = step.half == 0 ? step.end : Math.min(step.end, step.first + step.half);
            for (Part part : parts) {
                part.run(step);
            }
        }
        System.arraycopy(step.sums, 0, y, yAt, columns);
    }

    /// Returns how many columns are computed together at most.
    ///
    /// @return elements that may be read behind the end of an operand
    public static int padding() {
        return 2 * COUNT;
    }

    /// Finds the largest exponent of the accumulator and the products.
    private static void align(Step step) {
        int[] scalars = step.row.exponents;
        int[] at = step.row.at;
        int[] exponents = step.exponents;
        int base = step.base;
        int end = step.end;
        IntVector field = IntVector.broadcast(INTS, EXPONENT_BITS);
        IntVector bias = IntVector.broadcast(INTS, BIAS);
        IntVector least = IntVector.broadcast(INTS, LEAST);
        for (int j = 0; j < step.columns; j += COUNT) {
            IntVector bits = FloatVector.fromArray(FLOATS, step.sums, j).reinterpretAsInts();
            IntVector largest = field.and(bits.lanewise(VectorOperators.LSHR, SIGNIFICAND))
                    .sub(bias)
                    .max(least);
            for (int k = step.first; k < end; k++) {
                largest = IntVector.broadcast(INTS, scalars[k])
                        .add(IntVector.fromArray(INTS, exponents, at[k] + base + j))
                        .max(largest);
            }
            least.max(largest).intoArray(step.largest, j);
        }
    }

    private static void add(Step step) {
        add(step, step.first, step.middle, step.sums, step.whole);
    }

    private static void addRest(Step step) {
        add(step, step.middle, step.end, step.zeros, step.rest);
    }

    /// Adds products, cut off, to what is there.
    private static void add(Step step, int first, int end, float[] there, int[] to) {
        float[] values = step.row.values;
        int[] at = step.row.at;
        float[] x = step.x;
        IntVector up = IntVector.broadcast(INTS, BIAS + step.fraction);
        for (int j = 0; j < step.columns; j += COUNT) {
            int base = step.base + j;
            FloatVector scale = up.sub(IntVector.fromArray(INTS, step.largest, j))
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            IntVector sum = (IntVector)
                    scale.mul(FloatVector.fromArray(FLOATS, there, j)).convert(VectorOperators.F2I, 0);
            for (int k = first; k < end; k++) {
                FloatVector product =
                        FloatVector.broadcast(FLOATS, values[k]).mul(FloatVector.fromArray(FLOATS, x, at[k] + base));
                sum = ((IntVector) scale.mul(product).convert(VectorOperators.F2I, 0)).add(sum);
            }
            IntVector.zero(INTS).add(sum).intoArray(to, j);
        }
    }

    private static void alignPairs(Step step) {
        int[] scalars = step.row.exponents;
        int[] at = step.row.at;
        int[] exponents = step.exponents;
        int end = step.end;
        IntVector field = IntVector.broadcast(INTS, EXPONENT_BITS);
        IntVector bias = IntVector.broadcast(INTS, BIAS);
        IntVector least = IntVector.broadcast(INTS, LEAST);
        for (int j = 0; j < step.columns; j += 2 * COUNT) {
            int base = step.base + j;
            IntVector bits0 = FloatVector.fromArray(FLOATS, step.sums, j).reinterpretAsInts();
            IntVector bits1 =
                    FloatVector.fromArray(FLOATS, step.sums, j + COUNT).reinterpretAsInts();
            IntVector largest0 = field.and(bits0.lanewise(VectorOperators.LSHR, SIGNIFICAND))
                    .sub(bias)
                    .max(least);
            IntVector largest1 = field.and(bits1.lanewise(VectorOperators.LSHR, SIGNIFICAND))
                    .sub(bias)
                    .max(least);
            for (int k = step.first; k < end; k++) {
                IntVector scalar = IntVector.broadcast(INTS, scalars[k]);
                int from = at[k] + base;
                largest0 =
                        scalar.add(IntVector.fromArray(INTS, exponents, from)).max(largest0);
                largest1 = scalar.add(IntVector.fromArray(INTS, exponents, from + COUNT))
                        .max(largest1);
            }
            least.max(largest0).intoArray(step.largest, j);
            least.max(largest1).intoArray(step.largest, j + COUNT);
        }
    }

    private static void addPairs(Step step) {
        addPairs(step, step.first, step.middle, step.sums, step.whole);
    }

    private static void addRestPairs(Step step) {
        addPairs(step, step.middle, step.end, step.zeros, step.rest);
    }

    private static void addPairs(Step step, int first, int end, float[] there, int[] to) {
        float[] values = step.row.values;
        int[] at = step.row.at;
        float[] x = step.x;
        IntVector up = IntVector.broadcast(INTS, BIAS + step.fraction);
        for (int j = 0; j < step.columns; j += 2 * COUNT) {
            int base = step.base + j;
            FloatVector scale0 = up.sub(IntVector.fromArray(INTS, step.largest, j))
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            FloatVector scale1 = up.sub(IntVector.fromArray(INTS, step.largest, j + COUNT))
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            IntVector sum0 = (IntVector)
                    scale0.mul(FloatVector.fromArray(FLOATS, there, j)).convert(VectorOperators.F2I, 0);
            IntVector sum1 = (IntVector)
                    scale1.mul(FloatVector.fromArray(FLOATS, there, j + COUNT)).convert(VectorOperators.F2I, 0);
            for (int k = first; k < end; k++) {
                FloatVector scalar = FloatVector.broadcast(FLOATS, values[k]);
                int from = at[k] + base;
                FloatVector product0 = scalar.mul(FloatVector.fromArray(FLOATS, x, from));
                FloatVector product1 = scalar.mul(FloatVector.fromArray(FLOATS, x, from + COUNT));
                sum0 = ((IntVector) scale0.mul(product0).convert(VectorOperators.F2I, 0)).add(sum0);
                sum1 = ((IntVector) scale1.mul(product1).convert(VectorOperators.F2I, 0)).add(sum1);
            }
            IntVector.zero(INTS).add(sum0).intoArray(to, j);
            IntVector.zero(INTS).add(sum1).intoArray(to, j + COUNT);
        }
    }

    /// Cuts the sum of a step off to FP32.
    private static void round(Step step) {
        for (int j = 0; j < step.columns; j += COUNT) {
            IntVector total = IntVector.fromArray(INTS, step.whole, j);
            FloatVector nearest = (FloatVector) total.convert(VectorOperators.I2F, 0);
            IntVector back = (IntVector) nearest.convert(VectorOperators.F2I, 0);
            // -1 where rounding to nearest has gone beyond: one ulp less
            IntVector beyond = total.lanewise(VectorOperators.ABS)
                    .sub(back.lanewise(VectorOperators.ABS))
                    .lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
            FloatVector cut = nearest.reinterpretAsInts().add(beyond).reinterpretAsFloats();
            FloatVector unit = IntVector.broadcast(INTS, BIAS - step.fraction)
                    .add(IntVector.fromArray(INTS, step.largest, j))
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            unit.mul(cut).intoArray(step.sums, j);
        }
    }

    /// Puts two sums together that have up to 33 bits: the magnitude of the sum is twice `whole` and the last bit of
    /// `rest`, its sign that of `rest`.
    private static void halve(Step step) {
        for (int j = 0; j < step.columns; j += COUNT) {
            IntVector one = IntVector.broadcast(INTS, 1);
            IntVector s = IntVector.fromArray(INTS, step.whole, j);
            IntVector r = IntVector.fromArray(INTS, step.rest, j);
            IntVector ones = one.and(s).add(one.and(r));
            IntVector upper = s.lanewise(VectorOperators.ASHR, 1)
                    .add(r.lanewise(VectorOperators.ASHR, 1))
                    .add(ones.lanewise(VectorOperators.LSHR, 1));
            IntVector lower = one.and(ones);
            IntVector sign = IntVector.broadcast(INTS, Integer.MIN_VALUE).and(upper);
            IntVector borrowed =
                    sign.lanewise(VectorOperators.LSHR, Integer.SIZE - 1).and(lower);
            upper.lanewise(VectorOperators.ABS).sub(borrowed).intoArray(step.whole, j);
            lower.or(sign).intoArray(step.rest, j);
        }
    }

    /// Cuts such a sum off to FP32: from 25 bits on, the last one is lost.
    private static void roundHalves(Step step) {
        for (int j = 0; j < step.columns; j += COUNT) {
            IntVector magnitude = IntVector.fromArray(INTS, step.whole, j);
            IntVector rest = IntVector.fromArray(INTS, step.rest, j);
            FloatVector nearest = (FloatVector) magnitude.convert(VectorOperators.I2F, 0);
            IntVector back = (IntVector) nearest.convert(VectorOperators.F2I, 0);
            IntVector beyond = magnitude.sub(back).lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
            FloatVector cut = nearest.reinterpretAsInts().add(beyond).reinterpretAsFloats();
            IntVector small = magnitude
                    .sub(IntVector.broadcast(INTS, 1 << SIGNIFICAND))
                    .lanewise(VectorOperators.LSHR, Integer.SIZE - 1);
            FloatVector last = (FloatVector) small.and(rest).convert(VectorOperators.I2F, 0);
            IntVector sign = IntVector.broadcast(INTS, Integer.MIN_VALUE).and(rest);
            FloatVector whole = FloatVector.broadcast(FLOATS, 2)
                    .fma(cut, last)
                    .reinterpretAsInts()
                    .or(sign)
                    .reinterpretAsFloats();
            FloatVector unit = IntVector.broadcast(INTS, BIAS - step.fraction)
                    .add(IntVector.fromArray(INTS, step.largest, j))
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            unit.mul(whole).intoArray(step.sums, j);
        }
    }
}
