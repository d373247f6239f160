package dev.parity.engine;

import org.jspecify.annotations.Nullable;

/// Data is absent or not what it should be. The message names file, offset, what was found and what was
/// expected.
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Reports bad data.
    ///
    /// @param message file, offset, found and expected
    public DataException(String message) {
        super(message);
    }

    /// Reports bad data with its cause.
    ///
    /// @param message file, offset, found and expected
    /// @param cause what was thrown
    public DataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
