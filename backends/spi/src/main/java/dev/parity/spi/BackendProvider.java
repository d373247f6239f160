package dev.parity.spi;

import java.util.List;

/// A kind of device, found through a [Catalogue].
public interface BackendProvider {
    /// Returns the name by which scenarios and commands ask for it.
    ///
    /// @return lower case, for example `ascend-model` or `cuda-model:h100`
    String id();

    /// Says in a sentence what it is, and what is assumed where it models a device.
    ///
    /// @return for `parity devices` and reports
    String description();

    /// Tells whether it can run here; never throws.
    ///
    /// @return the devices, or what is missing
    Availability availability();

    /// Returns the mode that the device has by default.
    ///
    /// @return what [#open] is given when a scenario says nothing else
    /// @throws BackendException if that depends on the device, and there is none
    NumericMode defaultMode();

    /// Opens devices.
    ///
    /// @param world the number of ranks, at least 1
    /// @param mode how to compute
    /// @return the backend, to be closed by the caller
    /// @throws BackendException if it is not available, or cannot compute in that mode
    Backend open(int world, NumericMode mode);

    /// Refuses a choice of a mode that cannot be computed.
    ///
    /// @param field of the mode
    /// @param found its value
    /// @param able the values that can be computed
    /// @throws BackendException if it is none of them
    default void checkMode(String field, Object found, Object... able) {
        if (!List.of(able).contains(found)) {
            throw new BackendException(
                    "%s cannot compute with %s %s, it can with %s".formatted(id(), field, found, List.of(able)));
        }
    }

    /// Where providers come from; found by [java.util.ServiceLoader].
    @FunctionalInterface
    interface Catalogue {
        /// Lists providers.
        ///
        /// @return each with an id of its own
        List<BackendProvider> providers();
    }
}
