package dev.parity.cpu.internal.model;

import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.NanPattern;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A dot product by any [MatrixRule] in whole numbers of any size, written from the rule's description alone: fields of
/// the patterns, shifts, and roundings by the bits that go.
///
/// @param rule how to sum
/// @param format of the operands
record WholeSums(MatrixRule rule, OperandFormat format) {
    private static final Binary SINGLE = new Binary(23, -126, 127);
    private static final Binary HALF = new Binary(10, -14, 15);
    private static final Binary BRAIN = new Binary(7, -126, 127);

    private enum Kind {
        FINITE,
        INFINITE,
        NAN
    }

    /// A number `±magnitude 2^scale`.
    ///
    /// @param exponent as the formats of its factors have it, not normalised; of meaning where products are cut off
    private record Exact(Kind kind, boolean negative, BigInteger magnitude, int scale, int exponent) {
        static Exact zero(boolean negative) {
            return new Exact(Kind.FINITE, negative, BigInteger.ZERO, 0, 0);
        }

        boolean is(Kind other) {
            return kind == other;
        }

        boolean isZero() {
            return kind == Kind.FINITE && magnitude.signum() == 0;
        }

        BigInteger at(int common) {
            BigInteger shifted = magnitude.shiftLeft(scale - common); // cuts the magnitude off where common is larger
            return negative ? shifted.negate() : shifted;
        }

        Exact times(Exact y) {
            boolean nan = is(Kind.NAN)
                    || y.is(Kind.NAN)
                    || (is(Kind.INFINITE) && y.isZero())
                    || (isZero() && y.is(Kind.INFINITE));
            boolean inf = is(Kind.INFINITE) || y.is(Kind.INFINITE);
            return new Exact(
                    nan ? Kind.NAN : inf ? Kind.INFINITE : Kind.FINITE,
                    negative != y.negative,
                    magnitude.multiply(y.magnitude),
                    scale + y.scale,
                    exponent + y.exponent);
        }
    }

    /// A binary format of IEEE 754.
    private record Binary(int fraction, int least, int most) {
        Exact decode(int bits) {
            int fields = most - least + 2; // of the exponent
            boolean negative = ((bits >>> fraction) & (fields + 1)) != 0;
            int field = (bits >>> fraction) & fields;
            int rest = bits & ((1 << fraction) - 1);
            if (field == fields) {
                return new Exact(rest == 0 ? Kind.INFINITE : Kind.NAN, negative, BigInteger.ONE, 0, 0);
            }
            int exponent = Math.max(field, 1) - 1 + least;
            int significand = field == 0 ? rest : rest | (1 << fraction);
            return new Exact(Kind.FINITE, negative, BigInteger.valueOf(significand), exponent - fraction, exponent);
        }

        /// Rounds to this format; what is 2^(most + 1) or more is infinite in every direction.
        Exact round(Exact x, Rounding rounding) {
            if (!x.is(Kind.FINITE) || x.isZero()) {
                return x;
            }
            int exponent = Math.max(least, x.magnitude.bitLength() - 1 + x.scale);
            int lost = exponent - fraction - x.scale;
            BigInteger whole = x.magnitude.shiftRight(lost);
            BigInteger twice = x.magnitude.shiftLeft(1).subtract(whole.shiftLeft(lost + 1));
            int order = lost > 0 ? twice.compareTo(BigInteger.ONE.shiftLeft(lost)) : -1;
            boolean up = switch (rounding) {
                case RZ -> false;
                case RNE -> order > 0 || (order == 0 && whole.testBit(0));
                case RNA -> order >= 0;
            };
            BigInteger rounded = up ? whole.add(BigInteger.ONE) : whole;
            boolean carried = rounded.bitLength() > fraction + 1;
            if (exponent + (carried ? 1 : 0) > most) {
                return new Exact(Kind.INFINITE, x.negative, BigInteger.ONE, 0, 0);
            }
            return new Exact(Kind.FINITE, x.negative, rounded, exponent - fraction, exponent + (carried ? 1 : 0));
        }

        /// Writes a number of this format.
        int encode(Exact x, int nan) {
            int fields = most - least + 2;
            int sign = x.negative ? (fields + 1) << fraction : 0;
            if (x.is(Kind.NAN)) {
                return nan;
            }
            if (x.is(Kind.INFINITE)) {
                return sign | (fields << fraction);
            }
            if (x.isZero()) {
                return sign;
            }
            int exponent = Math.max(least, x.magnitude.bitLength() - 1 + x.scale);
            int significand =
                    x.magnitude.shiftLeft(x.scale - (exponent - fraction)).intValueExact();
            // a normal number's leading bit counts one up in the exponent's field
            return sign | (((exponent - least) << fraction) + significand);
        }

        boolean isSubnormal(Exact x) {
            return x.is(Kind.FINITE) && x.magnitude.bitLength() - 1 + x.scale < least;
        }

        Exact flushed(Exact x, boolean flushes) {
            return flushes && isSubnormal(x) ? Exact.zero(x.negative) : x;
        }
    }

    int dot(int[] a, int[] b, int c) {
        if (rule.halfAccumulator() && format == OperandFormat.FP16) {
            return SINGLE.encode(half(a, b, HALF.round(SINGLE.decode(c), Rounding.RNE)), nan(0x7fffffff, 0x7fc00000));
        }
        Exact sum = SINGLE.flushed(SINGLE.decode(c), rule.flushInputs());
        for (int from = 0; from < a.length; from += rule.products(format)) {
            Exact rounded = SINGLE.round(step(a, b, from, sum), rule.rounding());
            sum = SINGLE.flushed(rounded, rule.flushOutputs());
        }
        return SINGLE.encode(sum, nan(0x7fffffff, 0x7fc00000));
    }

    int dotInHalf(int[] a, int[] b, int c) {
        return HALF.encode(half(a, b, HALF.decode(c)), nan(0x7fff, 0x7e00));
    }

    private int nan(int ones, int quiet) {
        return rule.nan() == NanPattern.ALL_ONES ? ones : quiet;
    }

    private Exact half(int[] a, int[] b, Exact c) {
        Exact sum = HALF.flushed(c, rule.flushInputs());
        for (int from = 0; from < a.length; from += rule.products(format)) {
            Exact rounded = HALF.flushed(HALF.round(step(a, b, from, sum), Rounding.RNE), rule.flushOutputs());
            sum = rule.outputSaturates() ? saturated(rounded) : rounded;
        }
        return sum;
    }

    private static Exact saturated(Exact x) {
        return switch (x.kind) {
            case FINITE -> x;
            case INFINITE -> HALF.decode(x.negative ? 0xfbff : 0x7bff);
            case NAN -> Exact.zero(false);
        };
    }

    /// One step, not yet rounded.
    private Exact step(int[] a, int[] b, int from, Exact c) {
        List<Exact> products = new ArrayList<>();
        for (int i = from; i < Math.min(a.length, from + rule.products(format)); i++) {
            products.add(operand(a[i]).times(operand(b[i])));
        }
        boolean fused = rule.join() == Join.FUSED;
        Exact sum = switch (rule.blockSum()) {
            case EXACT, TRUNCATED -> {
                List<Exact> summands = new ArrayList<>(products);
                if (fused) {
                    summands.add(c);
                }
                yield rule.blockSum() == BlockSum.EXACT ? exact(summands) : truncated(summands);
            }
            case SEQUENTIAL -> {
                Exact running = fused ? c : Exact.zero(true);
                for (Exact product : products) {
                    running = exact(List.of(SINGLE.round(running, rule.rounding()), product));
                }
                yield running;
            }
            case PAIRWISE -> {
                List<Exact> leaves = new ArrayList<>(fused ? List.of(c) : List.of());
                products.forEach(product -> leaves.add(SINGLE.round(product, rule.rounding())));
                yield tree(leaves);
            }
        };
        Exact joined = fused ? sum : exact(List.of(c, SINGLE.round(sum, rule.rounding())));
        return joined.isZero() && !rule.negativeZero() ? Exact.zero(false) : joined;
    }

    private Exact tree(List<Exact> level) {
        if (level.size() == 1) {
            return level.getFirst();
        }
        List<Exact> next = new ArrayList<>();
        for (int i = 0; i < level.size(); i += 2) {
            Exact sum = i + 1 < level.size() ? exact(level.subList(i, i + 2)) : level.get(i);
            next.add(level.size() > 2 ? SINGLE.round(sum, rule.rounding()) : sum);
        }
        return tree(next);
    }

    /// IEEE 754: infinities of both signs have no sum, and only negative zeros make one.
    private static Exact exact(List<Exact> summands) {
        int least = summands.stream().mapToInt(Exact::scale).min().orElseThrow();
        return special(summands, () -> {
            BigInteger sum = summands.stream().map(x -> x.at(least)).reduce(BigInteger.ZERO, BigInteger::add);
            return new Exact(Kind.FINITE, sum.signum() < 0, sum.abs(), least, 0);
        });
    }

    /// Each summand is cut off behind `fraction` bits, counted from the largest exponent of those that are not 0.
    private Exact truncated(List<Exact> summands) {
        return special(summands, () -> {
            int largest = summands.stream()
                    .filter(x -> !x.isZero())
                    .mapToInt(Exact::exponent)
                    .max()
                    .orElseThrow();
            int common = Math.max(largest, rule.alignFloor()) - rule.fraction();
            BigInteger sum = BigInteger.ZERO;
            for (Exact x : summands) {
                BigInteger cut = x.magnitude.shiftLeft(x.scale - common);
                sum = x.negative ? sum.subtract(cut) : sum.add(cut);
            }
            return new Exact(Kind.FINITE, sum.signum() < 0, sum.abs(), common, 0);
        });
    }

    private static Exact special(List<Exact> summands, Supplier<Exact> finite) {
        boolean plus = summands.stream().anyMatch(x -> x.is(Kind.INFINITE) && !x.negative);
        boolean minus = summands.stream().anyMatch(x -> x.is(Kind.INFINITE) && x.negative);
        if (summands.stream().anyMatch(x -> x.is(Kind.NAN)) || (plus && minus)) {
            return new Exact(Kind.NAN, false, BigInteger.ONE, 0, 0);
        }
        if (plus || minus) {
            return new Exact(Kind.INFINITE, minus, BigInteger.ONE, 0, 0);
        }
        if (summands.stream().allMatch(Exact::isZero)) {
            return Exact.zero(summands.stream().allMatch(Exact::negative));
        }
        return finite.get();
    }

    private Exact operand(int bits) {
        return switch (format) {
            case FP16 -> HALF.flushed(HALF.decode(bits), rule.flushInputs());
            case BF16 -> BRAIN.flushed(BRAIN.decode(bits), rule.flushInputs());
            case FP32 -> SINGLE.flushed(SINGLE.decode(bits), rule.flushInputs());
            case TF32 -> fewer(bits, 10);
            case HF32 -> fewer(bits, rule.hf32Bits());
        };
    }

    private Exact fewer(int bits, int fraction) {
        Exact rounded = new Binary(fraction, -126, 127).round(SINGLE.decode(bits), rule.operandRounding());
        return SINGLE.flushed(rounded, rule.flushInputs());
    }
}
