package dev.parity.conformance;

import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;

/// A backend's mode with another choice.
public final class Modes {
    private Modes() {}

    /// Chooses what convolutions do to their operands, and whether two runs give the same bits.
    ///
    /// @param mode all other choices
    /// @param convOperands operands of convolutions
    /// @param deterministic whether results repeat
    /// @return the mode
    public static NumericMode of(NumericMode mode, OperandRounding convOperands, boolean deterministic) {
        return of(mode, convOperands, mode.accumulation(), deterministic);
    }

    static NumericMode accumulatingIn(NumericMode mode, ElementType accumulation) {
        return of(mode, mode.convOperands(), accumulation, mode.deterministic());
    }

    private static NumericMode of(
            NumericMode mode, OperandRounding convOperands, ElementType accumulation, boolean deterministic) {
        return new NumericMode(
                mode.matMulOperands(),
                convOperands,
                accumulation,
                mode.summation(),
                mode.block(),
                mode.allReduce(),
                mode.overflow(),
                mode.subnormals(),
                deterministic,
                mode.arrival(),
                mode.matrix(),
                mode.vector());
    }
}
