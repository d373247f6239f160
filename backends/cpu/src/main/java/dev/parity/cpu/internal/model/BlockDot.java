package dev.parity.cpu.internal.model;

import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.NanPattern;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;
import java.math.BigDecimal;

/// A dot product by a [MatrixRule], written to be read: the oracle of everything faster.
///
/// With truncated summands it is the fused dot product of NVIDIA's tensor cores, as Khattak and Mikaitis measured it on
/// V100, A100 and H100 ("Accurate Models of NVIDIA Tensor Cores", ACM TACO, 10.1145/3830409): in one step the
/// accumulator and some products are aligned to the largest exponent among them, each is cut off behind a number of
/// fraction bits, and all are added exactly; the sum is rounded once. A longer dot product is a chain of steps.
///
/// Products are exact in binary64 (48 bits at most), and so are aligned summands and their sums (17 summands of
/// `fraction + 2` bits).
///
/// @param format of the operands
/// @param rule how they are summed
record BlockDot(OperandFormat format, MatrixRule rule) implements MatrixUnit {
    /// Smallest normal FP16 number.
    private static final double HALF_NORMAL = 0x1p-14;

    /// What one step sums.
    ///
    /// @param values exact products
    /// @param exponents of them, not normalised: a product of two significands may be 2 or more
    @SuppressWarnings("ArrayRecordComponent") // of one step
    private record Products(double[] values, int[] exponents) {}

    @Override
    public int dot(int[] a, int[] b, int c) {
        if (rule.halfAccumulator() && format == OperandFormat.FP16) {
            return pattern(half(a, b, (float) ElementType.FP16.round(Float.intBitsToFloat(c))));
        }
        double sum = kept(Float.intBitsToFloat(c), Float.MIN_NORMAL, rule.flushInputs());
        for (int from = 0; from < a.length; from += rule.products(format)) {
            double exact = add(products(a, b, from), sum, ElementType.FP32);
            sum = kept(Rounded.toFloat(exact, rule.rounding()), Float.MIN_NORMAL, rule.flushOutputs());
        }
        return pattern((float) sum);
    }

    private int pattern(float sum) {
        if (Float.isNaN(sum)) {
            return rule.nan() == NanPattern.ALL_ONES ? Integer.MAX_VALUE : Float.floatToIntBits(Float.NaN);
        }
        return Float.floatToRawIntBits(sum);
    }

    @Override
    public int dotInHalf(int[] a, int[] b, int c) {
        float sum = half(a, b, Float.float16ToFloat((short) c));
        if (Float.isNaN(sum)) {
            return rule.nan() == NanPattern.ALL_ONES ? Short.MAX_VALUE : 0x7e00;
        }
        return Short.toUnsignedInt(Float.floatToFloat16(sum));
    }

    private float half(int[] a, int[] b, float c) {
        double sum = kept(c, HALF_NORMAL, rule.flushInputs());
        for (int from = 0; from < a.length; from += rule.products(format)) {
            double exact = add(products(a, b, from), sum, ElementType.FP16);
            double rounded = kept(ElementType.FP16.round(exact), HALF_NORMAL, rule.flushOutputs());
            sum = rule.outputSaturates() ? ElementType.FP16.saturated(rounded) : rounded;
        }
        return (float) sum;
    }

    private static double kept(double value, double normal, boolean flushes) {
        return flushes && Math.abs(value) < normal ? Math.copySign(0.0, value) : value;
    }

    /// Adds the products of a step to the accumulator.
    ///
    /// @param type of the accumulator
    /// @return the sum, rounded to odd, to be rounded to that type; NaN, or an infinity
    private double add(Products products, double c, ElementType type) {
        boolean fused = rule.join() == Join.FUSED;
        double first = fused ? c : -0.0;
        double sum = switch (rule.blockSum()) {
            case EXACT -> exact(products.values, first);
            case TRUNCATED -> truncated(products, first, type);
            case PAIRWISE -> pairs(products.values, fused, c);
            case SEQUENTIAL -> sequence(products.values, first);
        };
        double joined = fused ? sum : Rounded.sum(c, single(sum));
        return joined == 0 && !rule.negativeZero() ? 0 : joined;
    }

    /// Rounds intermediate sums, which are of FP32.
    private float single(double value) {
        return Rounded.toFloat(value, rule.rounding());
    }

    static double exact(double[] values, double c) {
        double nearest = c;
        BigDecimal sum = Double.isFinite(c) ? new BigDecimal(c) : BigDecimal.ZERO;
        for (double value : values) {
            nearest += value;
            sum = Double.isFinite(value) ? sum.add(new BigDecimal(value)) : sum;
        }
        if (!Double.isFinite(nearest) || sum.signum() == 0) {
            return Double.isFinite(nearest) ? zero(nearest, values, c) : nearest;
        }
        double rounded = sum.doubleValue();
        return Rounded.toOdd(rounded, sum.compareTo(new BigDecimal(rounded)));
    }

    /// A sum that is 0 is negative if all summands are negative zeros.
    private static double zero(double sum, double[] values, double c) {
        boolean negative = isNegativeZero(c);
        for (double value : values) {
            negative &= isNegativeZero(value);
        }
        return negative ? -0.0 : Math.abs(sum) * 0;
    }

    private static boolean isNegativeZero(double value) {
        return Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
    }

    private double truncated(Products products, double c, ElementType type) {
        double unaligned = c;
        int leastOfC = type == ElementType.FP16 ? OperandFormat.FP16.minExponent() : Float.MIN_EXPONENT;
        int largest = c == 0 ? Integer.MIN_VALUE : exponent(c, leastOfC);
        for (int i = 0; i < products.values.length; i++) {
            unaligned += products.values[i];
            largest = Math.max(largest, products.exponents[i]);
        }
        if (!Double.isFinite(unaligned)) {
            return unaligned;
        }
        if (largest == Integer.MIN_VALUE) {
            return zero(0, products.values, c);
        }
        int scale = rule.fraction() - Math.max(largest, rule.alignFloor());
        long aligned = (long) Math.scalb(c, scale);
        for (double value : products.values) {
            aligned += (long) Math.scalb(value, scale);
        }
        return Math.scalb((double) aligned, -scale);
    }

    /// The accumulator, if it joins, is the first of the summands.
    private double pairs(double[] values, boolean fused, double c) {
        double[] level = new double[values.length + (fused ? 1 : 0)];
        level[0] = c;
        for (int i = 0; i < values.length; i++) {
            level[level.length - values.length + i] = single(values[i]);
        }
        for (int length = level.length; length > 1; length = (length + 1) / 2) {
            for (int i = 0; i < length; i += 2) {
                double sum = i + 1 < length ? Rounded.sum(level[i], level[i + 1]) : level[i];
                level[i / 2] = length > 2 ? single(sum) : sum;
            }
        }
        return level[0];
    }

    private double sequence(double[] values, double first) {
        double sum = first;
        for (int i = 0; i < values.length; i++) {
            sum = Rounded.sum(i == 0 ? sum : single(sum), values[i]);
        }
        return sum;
    }

    private Products products(int[] a, int[] b, int from) {
        int length = Math.min(a.length - from, rule.products(format));
        OperandCast cast = new OperandCast(format, rule, false);
        double[] values = new double[length];
        int[] exponents = new int[length];
        for (int i = 0; i < length; i++) {
            double x = cast.cast(decoded(a[from + i]));
            double y = cast.cast(decoded(b[from + i]));
            values[i] = x * y;
            exponents[i] = values[i] == 0
                    ? Integer.MIN_VALUE
                    : exponent(x, format.minExponent()) + exponent(y, format.minExponent());
        }
        return new Products(values, exponents);
    }

    private static int exponent(double value, int least) {
        return Math.max(Math.getExponent(value), least);
    }

    private float decoded(int bits) {
        return switch (format) {
            case FP16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat(bits << Short.SIZE);
            case TF32, HF32, FP32 -> Float.intBitsToFloat(bits);
        };
    }
}
