package dev.parity.cpu.internal.model;

import dev.parity.spi.OperandFormat;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// The fused dot product of tensor cores in whole numbers of any size, written from its description alone: fields of
/// the patterns, shifts, and a rounding of the sum by its bits.
final class WholeNumbers {
    private static final int NAN = 0x7fffffff;
    private static final int HALF_NAN = 0x7fff;

    private WholeNumbers() {}

    /// A number `significand 2^exponent 2^-fraction` with a sign, an infinity or NaN.
    private record Exact(
            boolean negative, BigInteger significand, int exponent, int fraction, boolean inf, boolean nan) {
        static Exact of(int bits, int exponentBits, int fraction) {
            boolean negative = ((bits >>> (exponentBits + fraction)) & 1) == 1;
            int field = (bits >>> fraction) & ((1 << exponentBits) - 1);
            int rest = bits & ((1 << fraction) - 1);
            int bias = (1 << (exponentBits - 1)) - 1;
            if (field == (1 << exponentBits) - 1) {
                return new Exact(negative, BigInteger.ONE, 0, fraction, rest == 0, rest != 0);
            }
            int significand = field == 0 ? rest : rest | (1 << fraction);
            int exponent = Math.max(field, 1) - bias;
            return new Exact(negative, BigInteger.valueOf(significand), exponent, fraction, false, false);
        }

        boolean isZero() {
            return significand.signum() == 0;
        }

        Exact times(Exact y) {
            boolean minus = negative != y.negative;
            boolean undefined = nan || y.nan || (inf && y.isZero()) || (isZero() && y.inf);
            return new Exact(
                    minus,
                    significand.multiply(y.significand),
                    exponent + y.exponent,
                    fraction + y.fraction,
                    inf || y.inf,
                    undefined);
        }

        /// Cuts the magnitude off to a multiple of 2^(largest - kept).
        BigInteger aligned(int largest, int kept) {
            BigInteger magnitude = significand
                    .shiftLeft(Math.max(0, kept + exponent - largest - fraction))
                    .shiftRight(Math.max(0, -(kept + exponent - largest - fraction)));
            return negative ? magnitude.negate() : magnitude;
        }
    }

    private static Exact operand(OperandFormat format, int bits) {
        return switch (format) {
            case FP16 -> Exact.of(bits, 5, 10);
            case BF16 -> Exact.of(bits, 8, 7);
            case HF32, FP32 -> throw new IllegalArgumentException("no tensor core multiplies " + format);
            case TF32 -> (bits & 0x7f800000) == 0x7f800000 ? Exact.of(bits, 8, 23) : Exact.of(bits >>> 13, 8, 10);
        };
    }

    static int dot(OperandFormat format, int products, int kept, int[] a, int[] b, int c) {
        int sum = c;
        for (int from = 0; from < a.length; from += products) {
            sum = step(format, products, kept, a, b, from, Exact.of(sum, 8, 23), false);
        }
        return sum;
    }

    static int dotInHalf(int products, int kept, int[] a, int[] b, int c) {
        int sum = c;
        for (int from = 0; from < a.length; from += products) {
            sum = step(OperandFormat.FP16, products, kept, a, b, from, Exact.of(sum, 5, 10), true);
        }
        return sum;
    }

    private static int step(
            OperandFormat format, int products, int kept, int[] a, int[] b, int from, Exact c, boolean half) {
        List<Exact> summands = new ArrayList<>(List.of(c));
        for (int i = from; i < Math.min(a.length, from + products); i++) {
            summands.add(operand(format, a[i]).times(operand(format, b[i])));
        }
        boolean nan = summands.stream().anyMatch(Exact::nan);
        boolean plus = summands.stream().anyMatch(x -> x.inf && !x.negative);
        boolean minus = summands.stream().anyMatch(x -> x.inf && x.negative);
        int inf = half ? 0x7c00 : 0x7f800000;
        int sign = half ? 0x8000 : 0x80000000;
        if (nan || (plus && minus)) {
            return half ? HALF_NAN : NAN;
        }
        if (plus || minus) {
            return minus ? inf | sign : inf;
        }
        List<Exact> nonzero = summands.stream().filter(x -> !x.isZero()).toList();
        if (nonzero.isEmpty()) {
            return 0;
        }
        int largest = nonzero.stream().mapToInt(Exact::exponent).max().orElseThrow();
        BigInteger sum = nonzero.stream().map(x -> x.aligned(largest, kept)).reduce(BigInteger.ZERO, BigInteger::add);
        int rounded = half
                ? rounded(sum.abs(), largest - kept, 10, -14, 15, true)
                : rounded(sum.abs(), largest - kept, 23, -126, 127, false);
        return sum.signum() < 0 ? rounded | sign : rounded;
    }

    /// Rounds `magnitude 2^scale` to a pattern without its sign: to nearest even, or towards zero.
    private static int rounded(BigInteger magnitude, int scale, int fraction, int least, int most, boolean nearest) {
        if (magnitude.signum() == 0) {
            return 0;
        }
        int exponent = Math.max(least, magnitude.bitLength() - 1 + scale);
        if (exponent > most) {
            return (most - least + 2) << fraction;
        }
        int shift = exponent - fraction - scale; // bits that go
        BigInteger whole = shift > 0 ? magnitude.shiftRight(shift) : magnitude.shiftLeft(-shift);
        if (nearest && shift > 0) {
            BigInteger twice = magnitude.subtract(whole.shiftLeft(shift)).shiftLeft(1);
            int order = twice.compareTo(BigInteger.ONE.shiftLeft(shift));
            whole = order > 0 || (order == 0 && whole.testBit(0)) ? whole.add(BigInteger.ONE) : whole;
        }
        int field = ((exponent - least + 1) << fraction) + whole.intValueExact() - (1 << fraction);
        return Math.min(field, (most - least + 2) << fraction);
    }
}
