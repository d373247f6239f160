package dev.parity.cli;

import dev.parity.statistics.Verdict;

/// What the program tells its caller.
final class ExitCode {
    static final int OK = 0;
    static final int FAIL = 1;
    static final int USAGE = 2;
    static final int UNDECIDED = 3;
    static final int BROKEN = 4;

    private ExitCode() {}

    static int of(Verdict verdict) {
        return switch (verdict) {
            case PASS, WARN -> OK;
            case FAIL -> FAIL;
            case INCONCLUSIVE, INVALID, NOT_JUDGED -> UNDECIDED;
        };
    }
}
