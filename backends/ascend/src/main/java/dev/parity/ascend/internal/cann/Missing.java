package dev.parity.ascend.internal.cann;

/// Something that an NPU needs and this machine has not.
final class Missing extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    /// @param reason what is missing and how to supply it
    Missing(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
