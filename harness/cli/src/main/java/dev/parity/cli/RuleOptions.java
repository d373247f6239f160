package dev.parity.cli;

import dev.parity.spi.MatrixRule;
import dev.parity.spi.MatrixRule.BlockSum;
import dev.parity.spi.MatrixRule.Join;
import dev.parity.spi.MatrixRule.Rounding;
import dev.parity.spi.OperandFormat;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Parameters of a matrix unit other than the device's own.
final class RuleOptions {
    @Option(
            names = {"--operand-rounding", "--tf32-rounding"},
            paramLabel = "MODE",
            description = "how FP32 a and b become TF32 or HF32: rz, rne or rna")
    private Optional<Rounding> operandRounding = Optional.empty();

    @Option(names = "--products", paramLabel = "N", description = "products of a step (t4: 8, or 4)")
    private Optional<Integer> products = Optional.empty();

    @Option(
            names = "--block-sum",
            paramLabel = "KIND",
            description = "how a step's products are summed: exact, truncated, pairwise or sequential")
    private Optional<BlockSum> blockSum = Optional.empty();

    @Option(names = "--join", paramLabel = "KIND", description = "when the accumulator is added: fused or separate")
    private Optional<Join> join = Optional.empty();

    @Option(names = "--rounding", paramLabel = "MODE", description = "of the accumulator: rne, rz or rna")
    private Optional<Rounding> rounding = Optional.empty();

    @Option(names = "--fraction", paramLabel = "BITS", description = "that a truncated summand keeps, 23 to 40")
    private Optional<Integer> fraction = Optional.empty();

    @Option(
            names = "--align-floor",
            paramLabel = "EXPONENT",
            description = "least of a step's largest exponent, such as -126 or -132 (none)")
    private Optional<Integer> alignFloor = Optional.empty();

    /// Lays the options over a rule.
    ///
    /// @param rule the device's own
    /// @param format that is multiplied
    /// @return the rule of that format
    /// @throws IllegalArgumentException if a number is out of range
    MatrixRule over(MatrixRule rule, OperandFormat format) {
        int step = products.map(wanted -> wanted * (rule.products() / rule.products(format)))
                .orElse(rule.products());
        return new MatrixRule(
                step,
                blockSum.orElse(rule.blockSum()),
                join.orElse(rule.join()),
                rounding.orElse(rule.rounding()),
                fraction.orElse(rule.fraction()),
                alignFloor.orElse(rule.alignFloor()),
                operandRounding.orElse(rule.operandRounding()),
                rule.hf32Bits(),
                rule.flushInputs(),
                rule.flushOutputs(),
                rule.halfAccumulator(),
                rule.outputRounding(),
                rule.outputSaturates(),
                rule.nan(),
                rule.negativeZero(),
                rule.kOrder(),
                rule.splitK(),
                rule.partials());
    }
}
