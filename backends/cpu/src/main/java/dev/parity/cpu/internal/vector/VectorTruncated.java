package dev.parity.cpu.internal.vector;

import static dev.parity.cpu.internal.vector.Lanes.COUNT;
import static dev.parity.cpu.internal.vector.Lanes.FLOATS;
import static dev.parity.cpu.internal.vector.Lanes.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
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

    /// Computes columns of one row of a result: y[j] = Σ values[k] · x[at[k] + base + j], by steps, from 0.
    ///
    /// @param y receives the sums
    /// @param yAt where
    /// @param columns how many
    /// @param row the scalars
    /// @param steps how many steps it has
    /// @param x right operand; a vector more may be read behind its end
    /// @param exponents of x
    /// @param base of the first column
    /// @param fraction bits that a summand keeps
    /// @param half scalars of a step that are summed before the others, so that neither sum takes more than 31 bits
    public static void multiply(
            float[] y,
            int yAt,
            int columns,
            Row row,
            int steps,
            float[] x,
            int[] exponents,
            int base,
            int fraction,
            int half) {
        for (int j = 0; j < columns; j += COUNT) {
            int lanes = Math.min(COUNT, columns - j);
            if (half == 0) {
                narrow(y, yAt + j, lanes, row, steps, x, exponents, base + j, fraction);
            } else {
                wide(y, yAt + j, lanes, row, steps, x, exponents, base + j, fraction, half);
            }
        }
    }

    private static void narrow(
            float[] y, int yAt, int lanes, Row row, int steps, float[] x, int[] exponents, int base, int fraction) {
        float[] values = row.values;
        int[] scalars = row.exponents;
        int[] at = row.at;
        int[] ends = row.ends;
        IntVector every = IntVector.broadcast(INTS, -1);
        IntVector field = IntVector.broadcast(INTS, EXPONENT_BITS);
        IntVector bias = IntVector.broadcast(INTS, BIAS);
        IntVector least = IntVector.broadcast(INTS, LEAST);
        IntVector up = IntVector.broadcast(INTS, BIAS + fraction);
        IntVector down = IntVector.broadcast(INTS, BIAS - fraction);
        IntVector c = IntVector.zero(INTS);
        int k = 0;
        for (int step = 0; step < steps; step++) {
            int first = k;
            int end = ends[step];
            IntVector bits = every.and(c);
            IntVector largest = field.and(bits.lanewise(VectorOperators.LSHR, SIGNIFICAND))
                    .sub(bias)
                    .max(least);
            for (; k < end; k++) {
                largest = IntVector.broadcast(INTS, scalars[k])
                        .add(IntVector.fromArray(INTS, exponents, at[k] + base))
                        .max(largest);
            }
            FloatVector scale =
                    up.sub(largest).lanewise(VectorOperators.LSHL, SIGNIFICAND).reinterpretAsFloats();
            IntVector sum = (IntVector) scale.mul(bits.reinterpretAsFloats()).convert(VectorOperators.F2I, 0);
            for (k = first; k < end; k++) {
                FloatVector product =
                        FloatVector.broadcast(FLOATS, values[k]).mul(FloatVector.fromArray(FLOATS, x, at[k] + base));
                sum = ((IntVector) scale.mul(product).convert(VectorOperators.F2I, 0)).add(sum);
            }
            IntVector total = every.and(sum);
            FloatVector nearest = (FloatVector) total.convert(VectorOperators.I2F, 0);
            IntVector back = (IntVector) nearest.convert(VectorOperators.F2I, 0);
            // -1 where rounding to nearest has gone beyond: one ulp less
            IntVector beyond = total.lanewise(VectorOperators.ABS)
                    .sub(back.lanewise(VectorOperators.ABS))
                    .lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
            FloatVector cut = nearest.reinterpretAsInts().add(beyond).reinterpretAsFloats();
            FloatVector unit = down.add(largest)
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            c = unit.mul(cut).reinterpretAsInts();
        }
        VectorMask<Float> inside = FLOATS.indexInRange(0, lanes);
        every.and(c).reinterpretAsFloats().intoArray(y, yAt, inside);
    }

    /// As [#narrow], with a sum of up to 33 bits: `2 · upper + lower`.
    private static void wide(
            float[] y,
            int yAt,
            int lanes,
            Row row,
            int steps,
            float[] x,
            int[] exponents,
            int base,
            int fraction,
            int half) {
        float[] values = row.values;
        int[] scalars = row.exponents;
        int[] at = row.at;
        int[] ends = row.ends;
        IntVector every = IntVector.broadcast(INTS, -1);
        IntVector field = IntVector.broadcast(INTS, EXPONENT_BITS);
        IntVector bias = IntVector.broadcast(INTS, BIAS);
        IntVector least = IntVector.broadcast(INTS, LEAST);
        IntVector up = IntVector.broadcast(INTS, BIAS + fraction);
        IntVector down = IntVector.broadcast(INTS, BIAS - fraction);
        IntVector one = IntVector.broadcast(INTS, 1);
        IntVector sign = IntVector.broadcast(INTS, Integer.MIN_VALUE);
        IntVector full = IntVector.broadcast(INTS, 1 << SIGNIFICAND);
        FloatVector two = FloatVector.broadcast(FLOATS, 2);
        IntVector c = IntVector.zero(INTS);
        int k = 0;
        for (int step = 0; step < steps; step++) {
            int first = k;
            int end = ends[step];
            int middle = Math.min(end, first + half);
            IntVector bits = every.and(c);
            IntVector largest = field.and(bits.lanewise(VectorOperators.LSHR, SIGNIFICAND))
                    .sub(bias)
                    .max(least);
            for (; k < end; k++) {
                largest = IntVector.broadcast(INTS, scalars[k])
                        .add(IntVector.fromArray(INTS, exponents, at[k] + base))
                        .max(largest);
            }
            FloatVector scale =
                    up.sub(largest).lanewise(VectorOperators.LSHL, SIGNIFICAND).reinterpretAsFloats();
            IntVector sum = (IntVector) scale.mul(bits.reinterpretAsFloats()).convert(VectorOperators.F2I, 0);
            IntVector rest = IntVector.zero(INTS);
            for (k = first; k < middle; k++) {
                FloatVector product =
                        FloatVector.broadcast(FLOATS, values[k]).mul(FloatVector.fromArray(FLOATS, x, at[k] + base));
                sum = ((IntVector) scale.mul(product).convert(VectorOperators.F2I, 0)).add(sum);
            }
            for (; k < end; k++) {
                FloatVector product =
                        FloatVector.broadcast(FLOATS, values[k]).mul(FloatVector.fromArray(FLOATS, x, at[k] + base));
                rest = ((IntVector) scale.mul(product).convert(VectorOperators.F2I, 0)).add(rest);
            }
            IntVector s = every.and(sum);
            IntVector r = every.and(rest);
            IntVector ones = one.and(s).add(one.and(r));
            IntVector upper = s.lanewise(VectorOperators.ASHR, 1)
                    .add(r.lanewise(VectorOperators.ASHR, 1))
                    .add(ones.lanewise(VectorOperators.LSHR, 1));
            IntVector lower = one.and(ones);
            IntVector negative = upper.lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
            // half of the magnitude, cut off; the bit that is lost is `lower` whatever the sign
            IntVector magnitude = upper.lanewise(VectorOperators.ABS).sub(lower.and(negative));
            FloatVector nearest = (FloatVector) magnitude.convert(VectorOperators.I2F, 0);
            IntVector back = (IntVector) nearest.convert(VectorOperators.F2I, 0);
            IntVector beyond = magnitude.sub(back).lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
            FloatVector cut = nearest.reinterpretAsInts().add(beyond).reinterpretAsFloats();
            IntVector small = magnitude.sub(full).lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
            FloatVector last = (FloatVector) lower.and(small).convert(VectorOperators.I2F, 0);
            IntVector whole = two.fma(cut, last).reinterpretAsInts().or(negative.and(sign));
            FloatVector unit = down.add(largest)
                    .lanewise(VectorOperators.LSHL, SIGNIFICAND)
                    .reinterpretAsFloats();
            c = unit.mul(whole.reinterpretAsFloats()).reinterpretAsInts();
        }
        VectorMask<Float> inside = FLOATS.indexInRange(0, lanes);
        every.and(c).reinterpretAsFloats().intoArray(y, yAt, inside);
    }
}
