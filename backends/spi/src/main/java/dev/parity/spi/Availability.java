package dev.parity.spi;

import java.util.List;

/// Whether a backend can run on this machine.
public sealed interface Availability {
    /// The backend can run.
    ///
    /// @param devices hardware and driver of each device, as the vendor names them; at least one
    record Available(List<String> devices) implements Availability {
        /// Copies the list.
        public Available {
            devices = List.copyOf(devices);
        }
    }

    /// The backend cannot run.
    ///
    /// @param reason what is missing and how to supply it, as one sentence
    record Unavailable(String reason) implements Availability {}
}
