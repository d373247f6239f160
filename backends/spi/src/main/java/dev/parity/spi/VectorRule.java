package dev.parity.spi;

/// How a device's vector unit sums, and how well it knows exponentials.
///
/// @param sum order in which the terms of a reduction are added, in FP32
/// @param expUlp largest error of an exponential in ulp, at least 0; which error an argument has is drawn by a hash of
/// it
/// @param logUlp the same of a logarithm
public record VectorRule(Order sum, int expUlp, int logUlp) {
    /// Refuses negative errors.
    public VectorRule {
        if (expUlp < 0 || logUlp < 0) {
            throw new IllegalArgumentException(
                    "expUlp and logUlp must be at least 0, were %d and %d".formatted(expUlp, logUlp));
        }
    }

    /// The order of a reduction.
    public enum Order {
        /// 32 lanes each sum every 32nd term, then lanes 16 apart are added, 8, 4, 2 and 1, as a warp of a GPU does.
        WARP,
        /// Of every 64 terms neighbours are added, then neighbouring sums; such sums are added in ascending order, as
        /// Ascend's vector unit does.
        PAIRS
    }
}
