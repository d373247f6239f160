package dev.parity.trace;

import org.jspecify.annotations.Nullable;

/// A file is not what it should be. The message names file, line, what was found and what was expected.
public final class TraceFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Reports a bad file.
    ///
    /// @param message file, line, found and expected
    public TraceFormatException(String message) {
        super(message);
    }

    /// Reports a bad file with its cause.
    ///
    /// @param message file, line, found and expected
    /// @param cause what was thrown
    public TraceFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
