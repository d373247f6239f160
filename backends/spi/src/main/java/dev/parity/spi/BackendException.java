package dev.parity.spi;

import org.jspecify.annotations.Nullable;

/// A device failed, or is absent. The message names the device, the Op and the vendor's error code.
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Reports a failure.
    ///
    /// @param message device, Op and error, for example `softmax failed on ascend:0:
    ///     ACL_ERROR_RT_FEATURE_NOT_SUPPORT`
    public BackendException(String message) {
        super(message);
    }

    /// Reports a failure with its cause.
    ///
    /// @param message device, Op and error
    /// @param cause what was thrown
    public BackendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
