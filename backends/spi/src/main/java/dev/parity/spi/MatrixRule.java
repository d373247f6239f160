package dev.parity.spi;

/// How a device's matrix unit sums products: the parameters of one algorithm.
///
/// A sum over K takes `products` terms a step, in ascending order of K: their products are exact, they are summed
/// by `blockSum`, joined with the accumulator as `join` says, and the accumulator is rounded to FP32.
///
/// @param products of a step of 16-bit operands, 1 to 64; a step has half as many of TF32 or HF32 and a quarter of FP32
/// @param blockSum how the products of a step are summed
/// @param join when the accumulator is added
/// @param rounding of the accumulator to FP32
/// @param fraction bits that a summand keeps behind the point under [BlockSum#TRUNCATED], relative to the largest
///     exponent of the step, 23 to 40
/// @param alignFloor least of that largest exponent; [#NO_FLOOR] for none
/// @param operandRounding of FP32 operands to TF32 or HF32
/// @param hf32Bits of the fraction of HF32, 10 or 11
/// @param flushInputs whether subnormal operands and accumulators count as 0
/// @param flushOutputs whether a subnormal accumulator becomes 0
/// @param halfAccumulator whether FP16 products are accumulated in FP16, rounded to nearest even after each step
/// @param outputRounding of a sum to an FP16 or BF16 result
/// @param outputSaturates whether such a result beyond the largest value becomes that value, and NaN 0, whatever the
///     mode's overflow
/// @param nan what a NaN looks like
/// @param negativeZero whether a sum of negative zeros is negative
/// @param kOrder what is ascending in a convolution
/// @param splitK slices of K, each summed by itself, where K has as many steps; at least 1
/// @param partials type in which the slices' sums are stored and added: FP32, FP16 or BF16
public record MatrixRule(
        int products,
        BlockSum blockSum,
        Join join,
        Rounding rounding,
        int fraction,
        int alignFloor,
        Rounding operandRounding,
        int hf32Bits,
        boolean flushInputs,
        boolean flushOutputs,
        boolean halfAccumulator,
        Rounding outputRounding,
        boolean outputSaturates,
        NanPattern nan,
        boolean negativeZero,
        ChannelOrder kOrder,
        int splitK,
        ElementType partials) {
    /// An alignment floor below all exponents.
    public static final int NO_FLOOR = -1000;

    private static final int MOST_PRODUCTS = 64;
    private static final int LEAST_FRACTION = 23;
    private static final int MOST_FRACTION = 40;
    private static final int HF32_BITS = 11;

    /// Refuses what no unit could be, by field.
    public MatrixRule {
        check("products", products, 1, MOST_PRODUCTS);
        check("fraction", fraction, LEAST_FRACTION, MOST_FRACTION);
        check("hf32Bits", hf32Bits, HF32_BITS - 1, HF32_BITS);
        check("splitK", splitK, 1, Integer.MAX_VALUE);
        if (partials != ElementType.FP32 && partials != ElementType.FP16 && partials != ElementType.BF16) {
            throw new IllegalArgumentException("partials must be FP32, FP16 or BF16, was " + partials);
        }
    }

    private static void check(String field, int found, int least, int most) {
        if (found < least || found > most) {
            throw new IllegalArgumentException("%s must be %d to %d, was %d".formatted(field, least, most, found));
        }
    }

    /// How the products of a step are summed.
    public enum BlockSum {
        /// Without any error.
        EXACT,
        /// Each is cut off behind `fraction` bits, counted from the largest exponent; then without any error.
        TRUNCATED,
        /// Neighbours are added, then neighbouring sums, each rounded to FP32.
        PAIRWISE,
        /// One after the other, each sum rounded to FP32.
        SEQUENTIAL
    }

    /// When the accumulator is added.
    public enum Join {
        /// It is one of the summands of the step.
        FUSED,
        /// The products' sum is rounded, then the accumulator is added and the result is rounded.
        SEPARATE
    }

    /// A direction of rounding.
    public enum Rounding {
        /// To nearest, ties to even.
        RNE,
        /// Towards zero.
        RZ,
        /// To nearest, ties away from zero.
        RNA
    }

    /// The bits of a NaN.
    public enum NanPattern {
        /// All bits but the sign, as NVIDIA's tensor cores write.
        ALL_ONES,
        /// The quiet NaN without a payload.
        QUIET
    }

    /// In which order a convolution's sum runs over kernel rows, kernel columns and channels.
    public enum ChannelOrder {
        /// Kernel row, kernel column, channel; steps go on over the end of the channels.
        CHANNELS_LAST,
        /// Group of 16 channels (8 of FP32), kernel row, kernel column, channel of the group; no step holds channels of
        /// two groups or two places.
        CHANNEL_GROUPS
    }

    /// Returns the same rule with another rounding of FP32 operands.
    ///
    /// @param operands to TF32 or HF32
    /// @return the new rule
    public MatrixRule with(Rounding operands) {
        return new MatrixRule(
                products,
                blockSum,
                join,
                rounding,
                fraction,
                alignFloor,
                operands,
                hf32Bits,
                flushInputs,
                flushOutputs,
                halfAccumulator,
                outputRounding,
                outputSaturates,
                nan,
                negativeZero,
                kOrder,
                splitK,
                partials);
    }

    /// Returns the products of a step.
    ///
    /// @param format of the operands
    /// @return at least 1
    public int products(OperandFormat format) {
        return switch (format) {
            case FP16, BF16 -> products;
            case TF32, HF32 -> Math.max(1, products / 2);
            case FP32 -> Math.max(1, products / 4);
        };
    }
}
