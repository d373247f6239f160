package dev.parity.runner;

import org.jspecify.annotations.Nullable;

/// A scenario cannot be read or is wrong. The message names file, line and column (or the `--set` key),
/// what was found and what was expected.
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Reports a bad scenario.
    ///
    /// @param message place, found and expected
    /// @param cause what was thrown
    public ScenarioException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
