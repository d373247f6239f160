package dev.parity.cli;

import dev.parity.spi.ElementType;
import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.ChannelOrder;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.NanPattern;
import dev.parity.spi.MatrixRule.Rounding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// The rules among which a board's is looked for: every combination of the parameters that single dot products show.
///
/// What they do not show (the order of K in a convolution, slices of K, the cast of a result) is as a GPU has it in all
/// of them. Fraction bits and the alignment floor vary in truncated sums only, where they have a meaning.
final class RuleGrid {
    private static final List<Integer> PRODUCTS = List.of(1, 2, 4, 8, 16, 32);
    private static final List<Integer> FRACTIONS = List.of(23, 24, 25, 26, 27, 28);

    /// MMA-Sim has a floor of -126; one of -132 or less, as Khattak and Mikaitis have it, shows in no FP32 result.
    private static final List<Integer> FLOORS = List.of(MatrixRule.NO_FLOOR, Float.MIN_EXPONENT);

    private static final List<Integer> HF32_BITS = List.of(11, 10);
    private static final List<Boolean> EITHER = List.of(false, true);

    /// How a step is summed.
    private record Sum(int products, BlockSum blockSum, Join join, Rounding rounding, int fraction, int floor) {}

    /// What is flushed.
    private record Flush(boolean inputs, boolean outputs) {}

    /// How operands are rounded.
    private record Operand(Rounding rounding, int hf32Bits) {}

    /// How special results look.
    private record Special(boolean saturates, NanPattern nan, boolean negativeZero) {}

    private static final List<Sum> SUMS = sums().toList();
    private static final List<Flush> FLUSHES = EITHER.stream()
            .flatMap(in -> EITHER.stream().map(out -> new Flush(in, out)))
            .toList();
    private static final List<Operand> OPERANDS = Arrays.stream(Rounding.values())
            .flatMap(mode -> HF32_BITS.stream().map(bits -> new Operand(mode, bits)))
            .toList();
    private static final List<Special> SPECIALS = EITHER.stream()
            .flatMap(saturates -> Arrays.stream(NanPattern.values())
                    .flatMap(nan -> EITHER.stream().map(zero -> new Special(saturates, nan, zero))))
            .toList();

    private RuleGrid() {}

    /// Lists the rules.
    ///
    /// @return each once
    static List<MatrixRule> rules() {
        return rules(SUMS, FLUSHES, OPERANDS, SPECIALS);
    }

    /// Lists fewer rules, among which every parameter has each of its values.
    ///
    /// @return some of [#rules]
    static List<MatrixRule> edges() {
        List<MatrixRule> edges = new ArrayList<>(rules(SUMS.subList(0, 1), FLUSHES, OPERANDS, SPECIALS));
        edges.addAll(rules(SUMS, FLUSHES.subList(0, 1), OPERANDS.subList(0, 1), SPECIALS.subList(0, 1)));
        return edges;
    }

    private static List<MatrixRule> rules(
            List<Sum> sums, List<Flush> flushes, List<Operand> operands, List<Special> specials) {
        return sums.stream()
                .flatMap(sum -> flushes.stream()
                        .flatMap(flush -> operands.stream()
                                .flatMap(operand ->
                                        specials.stream().map(special -> rule(sum, flush, operand, special)))))
                .toList();
    }

    private static Stream<Sum> sums() {
        return PRODUCTS.stream()
                .flatMap(products -> Arrays.stream(BlockSum.values())
                        .flatMap(blockSum -> Arrays.stream(Join.values())
                                .flatMap(join -> Arrays.stream(Rounding.values())
                                        .map(rounding -> aligned(products, blockSum, join, rounding)))))
                .flatMap(Collection::stream);
    }

    private static List<Sum> aligned(int products, BlockSum blockSum, Join join, Rounding rounding) {
        boolean cut = blockSum == BlockSum.TRUNCATED;
        return (cut ? FRACTIONS : FRACTIONS.subList(0, 1))
                .stream()
                        .flatMap(fraction -> (cut ? FLOORS : FLOORS.subList(0, 1))
                                .stream().map(floor -> new Sum(products, blockSum, join, rounding, fraction, floor)))
                        .toList();
    }

    private static MatrixRule rule(Sum sum, Flush flush, Operand operand, Special special) {
        return new MatrixRule(
                sum.products,
                sum.blockSum,
                sum.join,
                sum.rounding,
                sum.fraction,
                sum.floor,
                operand.rounding,
                operand.hf32Bits,
                flush.inputs,
                flush.outputs,
                false,
                Rounding.RNE,
                special.saturates,
                special.nan,
                special.negativeZero,
                ChannelOrder.CHANNELS_LAST,
                1,
                ElementType.FP32);
    }
}
