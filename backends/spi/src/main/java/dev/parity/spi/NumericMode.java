package dev.parity.spi;

import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// How a backend computes: everything a device or library may choose that changes bits.
///
/// @param matMulOperands what a matrix unit does to FP32 operands of a matrix product before it multiplies them
/// @param convOperands the same in a convolution and its gradients
/// @param accumulation the type in which sums of products are kept
/// @param summation the order in which matrix products, convolutions and reductions add
/// @param block terms of a block where sums are [Summation#BLOCKED], at least 1; of no meaning elsewhere
/// @param allReduce the order in which an all-reduce adds the ranks
/// @param overflow what happens to results beyond the largest value of their type
/// @param subnormals what happens to results below the smallest normal value of their type
/// @param deterministic whether two runs give the same bits; otherwise slices of K, and ranks under
///     [AllReduceOrder#ARRIVAL], are added as they arrive
/// @param arrival seed of the order of arrival in a model, which so repeats a run that a device does not; of no meaning
///     where nothing is added as it arrives
/// @param matrix the matrix unit, where a model computes in the device's own order; else null
/// @param vector the vector unit, where a model does
public record NumericMode(
        OperandRounding matMulOperands,
        OperandRounding convOperands,
        ElementType accumulation,
        Summation summation,
        int block,
        AllReduceOrder allReduce,
        Overflow overflow,
        Subnormals subnormals,
        boolean deterministic,
        long arrival,
        @Nullable MatrixRule matrix,
        @Nullable VectorRule vector) {
    /// Refuses a block without a term.
    public NumericMode {
        if (block < 1) {
            throw new IllegalArgumentException("block must be at least 1, was " + block);
        }
    }

    /// Makes a mode of a processor whose sums run in one type, without rounding of operands, and repeat.
    ///
    /// @param accumulation type of sums
    /// @param summation order of sums
    /// @param block terms of a block
    /// @param allReduce order of ranks
    /// @param overflow beyond the largest value
    /// @return the mode
    public static NumericMode plain(
            ElementType accumulation, Summation summation, int block, AllReduceOrder allReduce, Overflow overflow) {
        return new NumericMode(
                OperandRounding.NONE,
                OperandRounding.NONE,
                accumulation,
                summation,
                block,
                allReduce,
                overflow,
                Subnormals.KEPT,
                true,
                0,
                null,
                null);
    }

    /// Returns the same mode with another overflow.
    ///
    /// @param other beyond the largest value
    /// @return the new mode
    public NumericMode with(Overflow other) {
        return new NumericMode(
                matMulOperands,
                convOperands,
                accumulation,
                summation,
                block,
                allReduce,
                other,
                subnormals,
                deterministic,
                arrival,
                matrix,
                vector);
    }

    /// Returns the matrix unit of a mode that has one.
    ///
    /// @return the rule
    /// @throws IllegalStateException if there is none
    public MatrixRule matrixUnit() {
        return Objects.requireNonNull(matrix, "no matrix unit in this mode");
    }

    /// Returns the vector unit of a mode that has one.
    ///
    /// @return the rule
    /// @throws IllegalStateException if there is none
    public VectorRule vectorUnit() {
        return Objects.requireNonNull(vector, "no vector unit in this mode");
    }

    /// What a matrix unit does to the FP32 operands of a matrix product or convolution.
    public enum OperandRounding {
        /// Nothing: products are of FP32 operands.
        NONE,
        /// It rounds them to TF32: 8 bits of exponent, 10 of significand, as NVIDIA's tensor cores do.
        TF32,
        /// It rounds them to HF32: 8 bits of exponent, 11 of significand as Huawei counts them, as
        /// Ascend's cube units do.
        HF32,
        /// It rounds them to FP16, saturating, as where a cube unit has no FP32.
        FP16
    }

    /// The order in which the terms of a sum are added. Which terms make a block, and which order is
    /// ascending where a sum runs over more than one axis, a backend documents.
    public enum Summation {
        /// One running sum, in ascending order.
        SEQUENTIAL,
        /// A sum for each block of neighbouring terms, then the block sums in ascending order.
        BLOCKED,
        /// The device's own; of a model, that of its matrix and its vector unit.
        DEVICE
    }

    /// The order in which an all-reduce adds ranks x0 … xn-1; every sum is rounded to the element type.
    public enum AllReduceOrder {
        /// Chunk c of n is a left fold from rank c+1 round to rank c, as in a ring of NCCL or HCCL.
        RING,
        /// A chain whose root is the first rank, x0 + (x1 + (x2 + …)), as NCCL's tree in one node.
        TREE,
        /// The upper half is added to the lower one until one is left, as in HCCL's halving-doubling; ranks beyond
        /// the largest power of two are added first.
        HALVING,
        /// Neighbours are added, then neighbouring sums, as in recursive doubling.
        PAIRS,
        /// Chunk c starts with rank c and adds those at distance 1, 2, …, as in HCCL's mesh.
        MESH,
        /// x0 + x1 + …, ascending.
        ASCENDING,
        /// As ascending, but added in FP32 and rounded once, as NCCL's kernels on symmetric memory do.
        WIDE,
        /// As the ranks arrive, drawn anew for each message: HCCL's mesh without HCCL_DETERMINISTIC.
        ARRIVAL
    }

    /// What becomes of a magnitude beyond the largest value of an FP16 or BF16 result.
    public enum Overflow {
        /// It becomes infinite, as IEEE 754 says.
        INF_NAN,
        /// It becomes the largest value with its sign, NaN becomes 0, and the device's overflow status is
        /// set.
        SATURATE
    }

    /// What becomes of a magnitude below the smallest normal value of its type.
    public enum Subnormals {
        /// It is rounded to a subnormal, as IEEE 754 says.
        KEPT,
        /// It becomes 0, with its sign.
        FLUSHED
    }

    /// Writes every field as [Canonical] does, for texts that are hashed or shown.
    ///
    /// @return values by name, in the record's order; those of the units as `matrix.…` and `vector.…`
    public SequencedMap<String, String> fields() {
        return Canonical.fields(this);
    }

    /// Names every field and its value.
    ///
    /// @return for example `matMulOperands=none, …, accumulation=fp32, summation=sequential, …`
    public String text() {
        return fields().entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(", "));
    }
}
