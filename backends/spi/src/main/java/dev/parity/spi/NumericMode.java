package dev.parity.spi;

/// How a backend computes: everything a device or library may choose that changes bits.
///
/// @param accumulation the type in which sums of products are kept
/// @param summation the order in which matrix products, convolutions and reductions add
/// @param allReduce the order in which an all-reduce adds the ranks
/// @param overflow what happens to results beyond the largest value of their type
/// @param deterministic whether two runs give the same bits
public record NumericMode(
        ElementType accumulation,
        Summation summation,
        AllReduceOrder allReduce,
        Overflow overflow,
        boolean deterministic) {

    /// The order in which the terms of a sum are added.
    ///
    /// K of a convolution is channel, kernel row, kernel column. Its gradients run over windows of two by two
    /// positions (window row, window column, image, place in the window), the input gradient for each row of
    /// windows over the outputs.
    public enum Summation {
        /// One running sum in ascending order; a sum over images, rows and columns adds up each column of
        /// each image first.
        SEQUENTIAL,
        /// A sum for each block, then the block sums in ascending order. A block is 16 terms of a matrix
        /// product or a plain sum, a kernel row of one channel in a convolution, a row of windows in its
        /// weight gradient, a row of windows of one output in its input gradient.
        BLOCKED
    }

    /// The order in which an all-reduce adds ranks x0 … xn-1.
    public enum AllReduceOrder {
        /// Chunk c of n is a left fold from rank c+1 round to rank c, as in a ring of NCCL.
        RING,
        /// The upper half is added to the lower one until one is left, as in HCCL's halving-doubling.
        HALVING
    }

    /// What becomes of a magnitude beyond the largest value of an FP16 or BF16 result.
    public enum Overflow {
        /// It becomes infinite, as IEEE 754 says.
        INF_NAN,
        /// It becomes the largest value with its sign, NaN becomes 0, and the device's overflow status is
        /// set.
        SATURATE
    }
}
