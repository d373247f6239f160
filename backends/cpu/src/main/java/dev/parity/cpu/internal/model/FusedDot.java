package dev.parity.cpu.internal.model;

import dev.parity.spi.DeviceModel.TensorRounding;
import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixUnit;
import dev.parity.spi.OperandFormat;

/// The fused dot product of NVIDIA's tensor cores, as Khattak and Mikaitis measured it on V100, A100 and H100
/// ("Accurate Models of NVIDIA Tensor Cores", ACM TACO, 10.1145/3830409).
///
/// In one step the accumulator and some products are aligned to the largest exponent among them, each is cut off
/// behind a number of fraction bits, and all are added exactly; the sum is rounded once. A longer dot product is a
/// chain of steps in ascending order.
///
/// Products, aligned summands and their sums are exact in binary64: a product has 22 bits at most, and a sum of 17
/// summands of `fraction + 2` bits far less than 53.
///
/// @param format of the operands
/// @param products of a step
/// @param fraction bits that a summand keeps behind the point, relative to the largest exponent
/// @param rounding of FP32 operands to TF32
record FusedDot(OperandFormat format, int products, int fraction, TensorRounding rounding) implements MatrixUnit {
    /// Bits of a binary32's fraction that TF32 has not.
    private static final int LOWER = 13;

    private static final int CANONICAL_NAN = 0x7fffffff;
    private static final int CANONICAL_HALF_NAN = 0x7fff;

    @Override
    public int dot(int[] a, int[] b, int c) {
        float sum = Float.intBitsToFloat(c);
        for (int from = 0; from < a.length; from += products) {
            sum = towardsZero(step(a, b, from, sum, OperandFormat.TF32.minExponent()));
        }
        return Float.isNaN(sum) ? CANONICAL_NAN : Float.floatToRawIntBits(sum);
    }

    @Override
    public int dotInHalf(int[] a, int[] b, int c) {
        float sum = Float.float16ToFloat((short) c);
        for (int from = 0; from < a.length; from += products) {
            sum = (float) ElementType.FP16.round(step(a, b, from, sum, OperandFormat.FP16.minExponent()));
        }
        return Float.isNaN(sum) ? CANONICAL_HALF_NAN : Short.toUnsignedInt(Float.floatToFloat16(sum));
    }

    /// Adds the products of one step to the accumulator.
    ///
    /// @param leastOfC exponent of the accumulator's smallest normal value; FP32's is TF32's
    /// @return exact sum of the aligned summands, NaN, or an infinity
    private double step(int[] a, int[] b, int from, double c, int leastOfC) {
        int to = Math.min(a.length, from + products);
        double unaligned = c;
        int largest = c == 0 ? Integer.MIN_VALUE : exponent(c, leastOfC);
        for (int i = from; i < to; i++) {
            double x = value(a[i]);
            double y = value(b[i]);
            unaligned += x * y;
            if (x * y != 0) {
                // not that of the product: a product of two significands may be 2 or more
                int sum = exponent(x, format.minExponent()) + exponent(y, format.minExponent());
                largest = Math.max(largest, sum);
            }
        }
        if (!Double.isFinite(unaligned)) {
            return unaligned;
        }
        if (largest == Integer.MIN_VALUE) {
            return 0;
        }
        long aligned = (long) Math.scalb(c, fraction - largest);
        for (int i = from; i < to; i++) {
            aligned += (long) Math.scalb((double) value(a[i]) * value(b[i]), fraction - largest);
        }
        return Math.scalb((double) aligned, largest - fraction);
    }

    private static int exponent(double value, int least) {
        return Math.max(Math.getExponent(value), least);
    }

    private float value(int bits) {
        return switch (format) {
            case FP16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat(bits << Short.SIZE);
            case TF32 -> tensor(bits);
        };
    }

    private float tensor(int bits) {
        if (!Float.isFinite(Float.intBitsToFloat(bits))) {
            return Float.intBitsToFloat(bits);
        }
        int half = 1 << (LOWER - 1);
        int added = switch (rounding) {
            case RZ -> 0;
            case RNE -> half - 1 + ((bits >>> LOWER) & 1);
            case RNA -> half;
        };
        return Float.intBitsToFloat(((bits + added) >>> LOWER) << LOWER);
    }

    /// Rounds to FP32 towards zero; what is 2^128 or more is infinite.
    private static float towardsZero(double value) {
        float nearest = (float) value;
        boolean beyond = Math.abs(value) < 0x1p128 && Math.abs((double) nearest) > Math.abs(value);
        return beyond ? Math.nextAfter(nearest, 0.0) : nearest;
    }
}
