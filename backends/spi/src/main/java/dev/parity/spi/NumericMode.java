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

    /// The order in which the terms of a dot product are added.
    public enum Summation {
        /// One running sum over K in ascending order; a convolution orders K as kernel row, kernel column,
        /// channel. A convolution's weight gradient has one such sum for each image.
        SEQUENTIAL,
        /// A sum for each block of K, then the block sums in ascending order. A block is 16 terms of a
        /// matrix product, one kernel row of one channel in a convolution (which orders K as channel,
        /// kernel row, kernel column), or four
        /// output rows of an image in its weight gradient.
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
