package dev.parity.spi;

/// Whether a backend computes an Op in an element type.
public sealed interface Support {
    /// It does.
    record Supported() implements Support {}

    /// It does not.
    ///
    /// @param reason why, as the vendor documents it
    record Unsupported(String reason) implements Support {}
}
