package dev.parity.ascend.internal.cann;

import dev.parity.spi.BackendException;
import java.util.Optional;

/// The choice of a process whether its operators repeat their bits: once an operator has run, CANN no longer promises
/// to follow a change.
public final class Determinism {
    private static final int OPTION = 0; // ACL_OPT_DETERMINISTIC

    private static Optional<Boolean> chosen = Optional.empty();

    private Determinism() {}

    /// Chooses for the process, or refuses another choice than the first.
    ///
    /// @param cann of the process
    /// @param deterministic whether two runs give the same bits
    /// @throws BackendException if the process has chosen otherwise
    public static synchronized void choose(Cann cann, boolean deterministic) {
        if (chosen.isPresent() && chosen.get() != deterministic) {
            throw new BackendException(
                    ("ascend cannot compute with deterministic %s: this process has computed with %s, and"
                                    + " CANN does not follow a change after the first operator; use another process")
                            .formatted(deterministic, chosen.get()));
        }
        cann.check("aclrtSetSysParamOpt", OPTION, deterministic ? 1L : 0L);
        chosen = Optional.of(deterministic);
    }

    /// Sets the choice for the context of the calling thread.
    ///
    /// @param device that the thread has entered
    /// @param deterministic as [#choose] was given
    public static void enter(Device device, boolean deterministic) {
        device.check("aclrtCtxSetSysParamOpt", OPTION, deterministic ? 1L : 0L);
    }
}
