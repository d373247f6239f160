package dev.parity.checks;

import dev.parity.statistics.Verdict;

/// What a verdict means to a test.
public enum Outcome {
    /// The test passes.
    PASSED,
    /// The test neither passes nor fails.
    ABORTED,
    /// The test fails.
    FAILED;

    /// Says what a verdict means. Runs that are not comparable fail; what is not judged is never a pass.
    ///
    /// @param verdict of a gate or of the whole
    /// @param inconclusive what INCONCLUSIVE means
    /// @return what it means
    public static Outcome of(Verdict verdict, Outcome inconclusive) {
        return switch (verdict) {
            case PASS, WARN -> PASSED;
            case FAIL, INVALID -> FAILED;
            case INCONCLUSIVE -> inconclusive;
            case NOT_JUDGED -> ABORTED;
        };
    }
}
