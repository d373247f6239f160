package dev.parity.runner;

/// A run of a plan failed. Its cause says why, and is what the run threw.
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String run;

    /// Reports a failed run.
    ///
    /// @param run which, for people
    /// @param cause what it threw
    public RunFailedException(String run, RuntimeException cause) {
        super("%s failed: %s".formatted(run, cause.getMessage()), cause);
        this.run = run;
    }

    /// Returns which run failed.
    ///
    /// @return its name, for people
    public String run() {
        return run;
    }
}
