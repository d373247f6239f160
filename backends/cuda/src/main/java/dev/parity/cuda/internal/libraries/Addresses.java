package dev.parity.cuda.internal.libraries;

import org.bytedeco.javacpp.Pointer;

/// Addresses on a device, as the presets take them.
final class Addresses {
    private Addresses() {}

    private static final class Raw extends Pointer {
        Raw(long address) {
            this.address = address;
        }
    }

    /// Makes a pointer; what it points to is not the host's to read.
    static Pointer of(long address) {
        return new Raw(address);
    }
}
