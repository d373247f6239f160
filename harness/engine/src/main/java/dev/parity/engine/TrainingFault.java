package dev.parity.engine;

import dev.parity.spi.Fault;

/// A fault of the training's rules: it follows other ones than were configured.
public interface TrainingFault extends Fault {
    /// Exchanges parts.
    ///
    /// @param parts those of the configuration
    /// @param config all settings
    /// @param strength in the unit that the description names
    /// @return the parts of the faulty run
    /// @throws IllegalArgumentException if the configuration has no such rule, so that nothing would change
    TrainingParts exchange(TrainingParts parts, TrainingConfig config, double strength);
}
