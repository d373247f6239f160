package dev.parity.faults;

import dev.parity.faults.internal.Rewriter;
import dev.parity.faults.internal.RewritingBackend;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Fault;
import dev.parity.spi.NumericMode;
import java.util.function.DoubleFunction;

/// A fault of a device: it computes other programs than it was given.
///
/// @param about what is known of it
/// @param change of every node, for a strength
record ProgramFault(About about, DoubleFunction<Rewriter.Change> change) implements Fault {
    @Override
    public Backend open(BackendProvider provider, int world, NumericMode mode, double strength) {
        return new RewritingBackend(provider.open(world, mode), mode, change.apply(strength));
    }
}
