package dev.parity.engine.faults;

import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingFault;
import dev.parity.engine.TrainingParts;

/// A fault that is an exchange of parts and nothing else.
///
/// @param about what is known of it
/// @param exchange of the parts
record PartsFault(About about, Exchange exchange) implements TrainingFault {
    /// Exchanges parts.
    @FunctionalInterface
    interface Exchange {
        /// Makes the parts of the faulty run, as [TrainingFault#exchange].
        TrainingParts with(TrainingParts parts, TrainingConfig config, double strength);
    }

    @Override
    public TrainingParts exchange(TrainingParts parts, TrainingConfig config, double strength) {
        return exchange.with(parts, config, strength);
    }

    /// Refuses a run in which a fault would change nothing.
    static void require(boolean acts, String id, String needs) {
        if (!acts) {
            throw new IllegalArgumentException("fault %s changes nothing without %s".formatted(id, needs));
        }
    }
}
