package dev.parity.spi;

/// One thing that a device is told to do.
///
/// @param reason the node it belongs to
/// @param text the call, for messages
/// @param work gives it to the device
public record Command(String reason, String text, Runnable work) {
    /// Gives it to the device.
    ///
    /// @throws BackendException with the node, and what failed
    public void issue() {
        try {
            work.run();
        } catch (BackendException failure) {
            throw new BackendException("%s failed: %s".formatted(reason, failure.getMessage()), failure);
        }
    }

    @Override
    public String toString() {
        return "%s by %s".formatted(reason, text);
    }
}
