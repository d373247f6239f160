package dev.parity.engine;

import org.jspecify.annotations.Nullable;

/// A run could not go on. The message names the step and the reason.
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Reports a run that broke.
    ///
    /// @param message step and reason
    /// @param cause what was thrown
    public TrainingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
