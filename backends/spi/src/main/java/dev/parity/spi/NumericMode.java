package dev.parity.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// How a backend computes: everything a device or library may choose that changes bits.
///
/// @param operandRounding what a matrix unit does to FP32 operands before it multiplies them
/// @param accumulation the type in which sums of products are kept
/// @param summation the order in which matrix products, convolutions and reductions add
/// @param block terms of a block where sums are [Summation#BLOCKED], at least 1; of no meaning elsewhere
/// @param allReduce the order in which an all-reduce adds the ranks
/// @param overflow what happens to results beyond the largest value of their type
/// @param subnormals what happens to results below the smallest normal value of their type
/// @param deterministic whether two runs give the same bits
public record NumericMode(
        OperandRounding operandRounding,
        ElementType accumulation,
        Summation summation,
        int block,
        AllReduceOrder allReduce,
        Overflow overflow,
        Subnormals subnormals,
        boolean deterministic) {
    /// Refuses a block without a term.
    public NumericMode {
        if (block < 1) {
            throw new IllegalArgumentException("block must be at least 1, was " + block);
        }
    }

    /// What a matrix unit does to the FP32 operands of a matrix product or convolution.
    public enum OperandRounding {
        /// Nothing: products are of FP32 operands.
        NONE,
        /// It rounds them to TF32: 8 bits of exponent, 10 of significand, as NVIDIA's tensor cores do.
        TF32,
        /// It rounds them to HF32: 8 bits of exponent, 11 of significand as Huawei counts them, as
        /// Ascend's cube units do.
        HF32
    }

    /// The order in which the terms of a sum are added. Which terms make a block, and which order is
    /// ascending where a sum runs over more than one axis, a backend documents.
    public enum Summation {
        /// One running sum, in ascending order.
        SEQUENTIAL,
        /// A sum for each block of neighbouring terms, then the block sums in ascending order.
        BLOCKED,
        /// The device's own, which its vendor does not document.
        DEVICE
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

    /// What becomes of a magnitude below the smallest normal value of its type.
    public enum Subnormals {
        /// It is rounded to a subnormal, as IEEE 754 says.
        KEPT,
        /// It becomes 0, with its sign.
        FLUSHED
    }

    /// Writes every field as [Canonical] does, for texts that are hashed or shown.
    ///
    /// @return values by name, in the record's order
    public SequencedMap<String, String> fields() {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("operandRounding", Canonical.name(operandRounding));
        fields.put("accumulation", Canonical.name(accumulation));
        fields.put("summation", Canonical.name(summation));
        fields.put("block", String.valueOf(block));
        fields.put("allReduce", Canonical.name(allReduce));
        fields.put("overflow", Canonical.name(overflow));
        fields.put("subnormals", Canonical.name(subnormals));
        fields.put("deterministic", Boolean.toString(deterministic));
        return Collections.unmodifiableSequencedMap(fields);
    }

    /// Names every field and its value.
    ///
    /// @return for example `operandRounding=none, accumulation=fp32, summation=sequential, …`
    public String text() {
        return fields().entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining(", "));
    }
}
