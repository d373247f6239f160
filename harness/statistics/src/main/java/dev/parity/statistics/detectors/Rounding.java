package dev.parity.statistics.detectors;

import dev.parity.trace.Provenance;
import dev.parity.trace.RunTrace;

/// How coarsely a compute type rounds: the unit in which the first steps are judged.
public final class Rounding {
    private Rounding() {}

    /// Returns the unit of a run's compute type.
    ///
    /// @param run whose type is known, else FP16's holds
    /// @return relative: 2^-10 for FP16, 2^-7 for BF16, 2^-16 for FP32, whose sums of thousands of terms lose 7 of
    ///     its 23 bits in another order
    public static double unit(RunTrace run) {
        return switch (run.provenance().comparability().getOrDefault(Provenance.DTYPE, "")) {
            case "fp32" -> 0x1p-16;
            case "bf16" -> 0x1p-7;
            default -> 0x1p-10;
        };
    }
}
