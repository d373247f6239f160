package dev.parity.cpu.internal.model;

import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.ChannelOrder;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.NanPattern;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.AllReduceOrder;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.NumericMode.Overflow;
import dev.parity.spi.OperandFormat;
import dev.parity.spi.VectorRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/// The devices that are modelled, and how each computes by default.
public final class Devices {
    private static final int V100_FRACTION = 23;
    private static final int A100_FRACTION = 24;
    private static final int H100_FRACTION = 25;
    private static final int HF32_FRACTION = 11;

    /// Largest errors of `expf` and `logf` in ulp (CUDA Programming Guide 12.8, mathematical functions).
    private static final VectorRule GPU_VECTOR = new VectorRule(VectorRule.Order.WARP, 2, 1);

    /// No bound is published for these NPUs; that of a later generation is 1 ulp.
    private static final VectorRule NPU_VECTOR = new VectorRule(VectorRule.Order.PAIRS, 1, 1);

    private static final Set<OperandFormat> AMPERE = Set.of(OperandFormat.FP16, OperandFormat.BF16, OperandFormat.TF32);

    /// GPUs. Steps and fraction bits are those that reproduce the rows measured on V100, A100, A2, L40S, an Ada card,
    /// H100 and H200 by Khattak and Mikaitis (ACM TACO, 10.1145/3830409); T4's are MMA-Sim's (arXiv 2511.10909).
    public static final List<MatrixDevice> GPUS = List.of(
            gpu("v100", "NVIDIA V100, as measured", 4, V100_FRACTION, Set.of(OperandFormat.FP16)),
            gpu("t4", "NVIDIA T4, as published by others", 8, A100_FRACTION, Set.of(OperandFormat.FP16)),
            gpu("a100", "NVIDIA A100, as measured", 8, A100_FRACTION, AMPERE),
            gpu("a2", "NVIDIA A2, as measured; assumption: bf16 as A100", 8, A100_FRACTION, AMPERE),
            gpu(
                    "l40s",
                    "NVIDIA L40S, as measured in fp16; assumption: bf16 and tf32 as A100",
                    8,
                    A100_FRACTION,
                    AMPERE),
            gpu("ada", "NVIDIA Ada, as measured in bf16; assumption: fp16 and tf32 as A100", 8, A100_FRACTION, AMPERE),
            gpu("h100", "NVIDIA H100, as measured; of tf32, 4 of the 8 products of a step", 16, H100_FRACTION, AMPERE),
            gpu("h200", "NVIDIA H200, as measured; of tf32, 4 of the 8 products of a step", 16, H100_FRACTION, AMPERE),
            gpu("b200", "NVIDIA B200; assumption: everything as H100", 16, H100_FRACTION, AMPERE));

    /// Ways in which a cube unit may sum. No bit of what it does is published: all of them are assumptions.
    public static final SequencedMap<String, MatrixRule> CUBES = cubes();

    /// NPUs. What they multiply is in Huawei's documentation of Mmad.
    public static final List<MatrixDevice> NPUS = List.of(
            new MatrixDevice(
                    "910a",
                    "Ascend 910A; assumption: preset cube-rne",
                    cube("cube-rne"),
                    new TreeSet<>(Set.of(OperandFormat.FP16))),
            new MatrixDevice(
                    "910b",
                    "Ascend 910B; assumption: preset cube-rne",
                    cube("cube-rne"),
                    new TreeSet<>(
                            Set.of(OperandFormat.FP16, OperandFormat.BF16, OperandFormat.HF32, OperandFormat.FP32))));

    private Devices() {}

    private static MatrixDevice gpu(
            String id, String description, int products, int fraction, Set<OperandFormat> formats) {
        MatrixRule rule = new MatrixRule(
                products,
                BlockSum.TRUNCATED,
                Join.FUSED,
                Rounding.RZ,
                fraction,
                MatrixRule.NO_FLOOR,
                Rounding.RZ,
                HF32_FRACTION,
                false,
                false,
                false,
                Rounding.RNE,
                false,
                NanPattern.ALL_ONES,
                false,
                ChannelOrder.CHANNELS_LAST,
                1,
                ElementType.FP32);
        return new MatrixDevice(id, description, rule, new TreeSet<>(formats));
    }

    private static MatrixRule cube(BlockSum blockSum, Join join, Rounding rounding) {
        return new MatrixRule(
                16,
                blockSum,
                join,
                rounding,
                H100_FRACTION,
                MatrixRule.NO_FLOOR,
                Rounding.RNE,
                HF32_FRACTION,
                false,
                false,
                false,
                Rounding.RNE,
                false,
                NanPattern.QUIET,
                true,
                ChannelOrder.CHANNEL_GROUPS,
                1,
                ElementType.FP32);
    }

    private static SequencedMap<String, MatrixRule> cubes() {
        SequencedMap<String, MatrixRule> cubes = new LinkedHashMap<>();
        cubes.put("cube-rne", cube(BlockSum.EXACT, Join.FUSED, Rounding.RNE));
        cubes.put("cube-tree", cube(BlockSum.PAIRWISE, Join.SEPARATE, Rounding.RNE));
        cubes.put("cube-trunc", cube(BlockSum.TRUNCATED, Join.FUSED, Rounding.RZ));
        return cubes;
    }

    /// Finds a preset of the cube unit.
    ///
    /// @param preset its name
    /// @return the rule
    /// @throws IllegalArgumentException if there is none, with those there are
    public static MatrixRule cube(String preset) {
        MatrixRule rule = CUBES.get(preset);
        if (rule == null) {
            throw new IllegalArgumentException(
                    "there is no preset '%s' of a cube unit, there are %s".formatted(preset, CUBES.keySet()));
        }
        return rule;
    }

    /// Returns how a GPU computes by default: TF32 in convolutions but not in products, as PyTorch has it.
    ///
    /// @param gpu of [#GPUS]
    /// @return the mode
    public static NumericMode mode(MatrixDevice gpu) {
        OperandRounding conv = gpu.formats().contains(OperandFormat.TF32) ? OperandRounding.TF32 : OperandRounding.NONE;
        return mode(OperandRounding.NONE, conv, AllReduceOrder.RING, Overflow.INF_NAN, gpu.rule(), GPU_VECTOR);
    }

    /// Returns how an NPU computes by default: HF32 in convolutions but not in products, as torch_npu has it, and FP32
    /// as FP16 where the cube unit has no FP32, which saturates.
    ///
    /// @param npu of [#NPUS]
    /// @param preset of its cube unit
    /// @return the mode
    public static NumericMode mode(MatrixDevice npu, String preset) {
        return npu.formats().contains(OperandFormat.FP32)
                ? mode(
                        OperandRounding.NONE,
                        OperandRounding.HF32,
                        AllReduceOrder.MESH,
                        Overflow.INF_NAN,
                        cube(preset),
                        NPU_VECTOR)
                : mode(
                        OperandRounding.FP16,
                        OperandRounding.FP16,
                        AllReduceOrder.HALVING,
                        Overflow.SATURATE,
                        cube(preset),
                        NPU_VECTOR);
    }

    private static NumericMode mode(
            OperandRounding matMul,
            OperandRounding conv,
            AllReduceOrder allReduce,
            Overflow overflow,
            MatrixRule matrix,
            VectorRule vector) {
        return new NumericMode(
                matMul,
                conv,
                ElementType.FP32,
                NumericMode.Summation.DEVICE,
                1,
                allReduce,
                overflow,
                NumericMode.Subnormals.KEPT,
                true,
                0,
                matrix,
                vector);
    }
}
