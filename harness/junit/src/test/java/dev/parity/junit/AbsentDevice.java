package dev.parity.junit;

import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Backends;
import dev.parity.spi.NumericMode;
import java.util.List;

/// A device that no machine has.
public final class AbsentDevice implements BackendProvider, BackendProvider.Catalogue {
    static final String REASON = "there is no board: put one in";

    @Override
    public List<BackendProvider> providers() {
        return List.of(this);
    }

    @Override
    public String id() {
        return "absent";
    }

    @Override
    public String description() {
        return "a device that is not here";
    }

    @Override
    public Availability availability() {
        return new Availability.Unavailable(REASON);
    }

    @Override
    public NumericMode defaultMode() {
        return Backends.provider("cpu").defaultMode();
    }

    @Override
    public Backend open(int world, NumericMode mode) {
        throw new BackendException(REASON);
    }
}
